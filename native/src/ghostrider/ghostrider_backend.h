#pragma once

#include "abi/backend.h"
#include "ghostrider/pipeline.h"

namespace p2ph::ghostrider {

/* Hashes headers of 80 bytes; the previous hash in each says by which algorithms. */
class GhostRiderHasher final : public Hasher {
   public:
    GhostRiderHasher(const Kernels& kernels, const Depths& depths, bool huge_pages);

    bool takes(size_t input_len) const noexcept override { return input_len == kHeaderBytes; }
    bool searches(size_t blob_len, size_t nonce_offset) const noexcept override {
        return blob_len == kHeaderBytes && nonce_offset == kNonceOffset;
    }
    void hash_many(const uint8_t* inputs, size_t input_len, size_t count, uint8_t* out) override;
    SearchOutcome search(const SearchRequest& request) override;
    p2ph_memory memory() const override { return pipeline_.memory(); }
    Pipeline& pipeline() noexcept { return pipeline_; }

   private:
    Pipeline pipeline_;
    std::vector<uint8_t> headers_;
};

/* There is nothing to share: all that threads need, they have. */
class GhostRiderData final : public SeedData {
   public:
    uint64_t item_count() const override { return 0; }
    void init_items(uint64_t, uint64_t) override {}
    void finish() override {}
    p2ph_memory memory() const override { return {}; }
    /* One lane of each variant. */
    std::unique_ptr<Hasher> make_hasher(bool huge_pages) override;
    /* Throws std::bad_alloc, or Unsupported when P2PH_FORCE_KERNEL cannot be done. */
    std::unique_ptr<Hasher> make_hasher(const Depths& depths, bool huge_pages);
};

}  // namespace p2ph::ghostrider
