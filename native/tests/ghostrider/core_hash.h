#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fixture.h"
#include "vector_file.h"

/* A file of tests/vectors/hashes. */
inline const nlohmann::json& hash_vectors(const std::string& file) { return vector_file("hashes/" + file); }

/* A streaming class of ghostrider/core, as the tests see it. */
struct CoreHash {
    const char* name;
    const char* vectors; /* its file; for a hash of 256 bits cn-final-hashes-kat.json */
    const char* section; /* its list in that file, null where the file is of one hash */
    size_t digest_bytes;
    /* The digest of a message in pieces of `piece` bytes. */
    std::string (*digest)(std::span<const uint8_t> message, size_t piece);
    /* The digest by a copy that was taken after the first `head` bytes; the original has gone on with something else by then. */
    std::string (*digest_by_copy)(std::span<const uint8_t> message, size_t head);
};

template <typename Hash>
std::string digest_in_pieces(std::span<const uint8_t> message, size_t piece) {
    Hash hash;
    for (; message.size() > piece; message = message.subspan(piece)) {
        hash.update(message.data(), piece);
    }
    hash.update(message.data(), message.size());
    std::vector<uint8_t> digest(Hash::kDigestBytes);
    hash.finish(digest.data());
    return hex(digest);
}

template <typename Hash>
std::string digest_by_copy(std::span<const uint8_t> message, size_t head) {
    Hash original;
    original.update(message.data(), head);
    Hash copy = original;

    const std::vector<uint8_t> other(200, 0x5a);
    std::vector<uint8_t> digest(Hash::kDigestBytes);
    original.update(other.data(), other.size());
    original.finish(digest.data());

    copy.update(message.data() + head, message.size() - head);
    copy.finish(digest.data());
    return hex(digest);
}

template <typename Hash>
constexpr CoreHash core_hash(const char* name, const char* vectors, const char* section = nullptr) {
    return {name, vectors, section, Hash::kDigestBytes, &digest_in_pieces<Hash>, &digest_by_copy<Hash>};
}

/* Bytes that differ from message to message and from place to place. */
inline std::vector<uint8_t> some_bytes(size_t count, uint32_t seed) {
    std::vector<uint8_t> bytes(count);
    for (auto& byte : bytes) {
        seed = seed * 1664525 + 1013904223;
        byte = static_cast<uint8_t>(seed >> 24);
    }
    return bytes;
}
