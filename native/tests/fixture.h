#pragma once

#include <gtest/gtest.h>
#include <p2ph.h>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using Hash = std::array<uint8_t, 32>;

struct Destroy {
    void operator()(p2ph_dataset* dataset) const { p2ph_dataset_destroy(dataset); }
    void operator()(p2ph_context* context) const { p2ph_context_destroy(context); }
};
using DatasetPtr = std::unique_ptr<p2ph_dataset, Destroy>;
using ContextPtr = std::unique_ptr<p2ph_context, Destroy>;

inline const uint8_t* bytes(std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }

inline std::string hex(std::span<const uint8_t> data) {
    std::string text;
    for (const auto byte : data) {
        constexpr char kDigits[] = "0123456789abcdef";
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

inline std::vector<uint8_t> unhex(std::string_view text) {
    std::vector<uint8_t> data;
    for (size_t i = 0; i + 1 < text.size(); i += 2) {
        data.push_back(static_cast<uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    }
    return data;
}

inline DatasetPtr make_light(std::string_view key, p2ph_algorithm algorithm = P2PH_RANDOMX) {
    p2ph_dataset* dataset = nullptr;
    EXPECT_EQ(P2PH_OK, p2ph_dataset_create(algorithm, bytes(key), key.size(), 0, P2PH_HUGE_PAGES, &dataset));
    EXPECT_EQ(P2PH_OK, p2ph_dataset_finish(dataset));
    return DatasetPtr(dataset);
}

inline ContextPtr make_context(p2ph_dataset* dataset) {
    p2ph_context* context = nullptr;
    EXPECT_EQ(P2PH_OK, p2ph_context_create(dataset, P2PH_HUGE_PAGES, &context));
    return ContextPtr(context);
}

/* The light dataset of "test key 000", made once for the process. */
inline p2ph_dataset* shared_dataset() {
    static const DatasetPtr dataset = make_light("test key 000");
    return dataset.get();
}

inline Hash hash_of(p2ph_context* context, std::span<const uint8_t> input) {
    Hash out{};
    EXPECT_EQ(P2PH_OK, p2ph_hash(context, input.data(), input.size(), out.data()));
    return out;
}
