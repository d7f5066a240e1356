#pragma once

#include <string>

#include "../fixture.h"
#include "../vector_file.h"

namespace p2ph::randomx {

inline const nlohmann::json& vectors() { return vector_file("randomx.json"); }

inline std::vector<uint8_t> bytes_of(const nlohmann::json& hex_text) { return unhex(hex_text.get<std::string>()); }

inline uint64_t word_of(const nlohmann::json& hex_text) { return std::stoull(hex_text.get<std::string>(), nullptr, 16); }

inline std::span<const uint8_t> text(std::string_view characters) { return {bytes(characters), characters.size()}; }

/* The key of most vectors. */
inline std::span<const uint8_t> first_key() { return text("test key 000"); }

}  // namespace p2ph::randomx
