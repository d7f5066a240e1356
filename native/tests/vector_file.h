#pragma once

#include <nlohmann/json.hpp>
#include <string>

/* A file of tests/vectors by its path there, read once. Its parser is compiled in one place: that took longer than all else in most of these tests. */
const nlohmann::json& vector_file(const std::string& path);
