#pragma once

#include <nlohmann/json.hpp>
#include <string>

/* Compiled once, in vector_file.cpp: that took longer than all else in most of these tests. */
extern template class nlohmann::basic_json<>;

/* A file of tests/vectors by its path there, read once. */
const nlohmann::json& vector_file(const std::string& path);
