#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "fixture.h"
#include "vector_file.h"

inline const nlohmann::json& gr_vectors() { return vector_file("ghostrider.json"); }

/* Everything in it that has a header, its selection and its hash; "stages" where they are known. */
inline std::vector<nlohmann::json> gr_headers() {
    std::vector<nlohmann::json> all;
    for (const auto* const section : {"published", "raptoreum_genesis", "edge_cases", "new"}) {
        std::ranges::copy(gr_vectors()[section], std::back_inserter(all));
    }
    for (const auto& item : gr_vectors()["xmrig_self_test"]["items"]) {
        all.push_back(item["a"]);
        all.push_back(item["b"]);
    }
    return all;
}

inline std::vector<uint8_t> bytes_of(const nlohmann::json& text) { return unhex(text.get<std::string>()); }
