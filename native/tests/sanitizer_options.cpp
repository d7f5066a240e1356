/* librandomx keeps 72 bytes when it cannot allocate a cache in hugetlb pages. Nothing of ours may leak. */
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:randomx_alloc_cache\n"; }
