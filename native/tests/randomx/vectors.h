#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "../fixture.h"

namespace p2ph::randomx {

/* tests/vectors/randomx.json, read once. */
inline const nlohmann::json& vectors() {
    static const nlohmann::json all = [] {
        std::ifstream file(P2PH_VECTORS "/randomx.json");
        EXPECT_TRUE(file) << P2PH_VECTORS "/randomx.json cannot be read";
        return nlohmann::json::parse(file);
    }();
    return all;
}

inline std::vector<uint8_t> bytes_of(const nlohmann::json& hex_text) { return unhex(hex_text.get<std::string>()); }

inline uint64_t word_of(const nlohmann::json& hex_text) { return std::stoull(hex_text.get<std::string>(), nullptr, 16); }

inline std::span<const uint8_t> text(std::string_view characters) { return {bytes(characters), characters.size()}; }

/* The key of most vectors. */
inline std::span<const uint8_t> first_key() { return text("test key 000"); }

}  // namespace p2ph::randomx
