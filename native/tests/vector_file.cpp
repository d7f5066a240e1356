#include "vector_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

template class nlohmann::basic_json<>;

const nlohmann::json& vector_file(const std::string& path) {
    static std::map<std::string, nlohmann::json> files;
    const auto [place, is_new] = files.try_emplace(path);
    if (is_new) {
        std::ifstream stream(P2PH_VECTORS "/" + path);
        EXPECT_TRUE(stream.is_open()) << P2PH_VECTORS "/" << path << " cannot be read";
        place->second = nlohmann::json::parse(stream);
    }
    return place->second;
}
