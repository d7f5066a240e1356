/* p2ph: proof-of-work hashing behind a C ABI.
 *
 * Two kinds of object. A dataset holds what all threads share for one algorithm and seed; it is made in chunks by as many
 * threads as the caller likes, then read-only. A context holds what one thread needs to hash with a dataset. The library starts
 * no threads, calls nothing back, prints nothing, and restores the floating-point environment of the caller.
 *
 * Every function that can fail returns a p2ph_status. Results are written only with P2PH_OK, unless said otherwise. */
#ifndef P2PH_H
#define P2PH_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define P2PH_API __attribute__((visibility("default")))
#else
#define P2PH_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Increases with every change that would affect a caller compiled against an older header. */
#define P2PH_ABI_VERSION 4u

#define P2PH_HASH_BYTES 32u
#define P2PH_SEED_BYTES_MAX 60u
#define P2PH_INPUT_BYTES_MAX 65536u
#define P2PH_BLOB_BYTES_MAX 1024u

typedef int32_t p2ph_status;
enum {
    P2PH_OK = 0,
    P2PH_E_ARGUMENT = 1,    /* null pointer, length or value out of range */
    P2PH_E_STATE = 2,       /* valid call at the wrong time: the dataset is not ready, or is ready already */
    P2PH_E_MEMORY = 3,      /* the system gave no memory */
    P2PH_E_UNSUPPORTED = 4, /* algorithm or machine feature is not available */
    P2PH_E_INTERNAL = 5     /* a bug in the library */
};

typedef int32_t p2ph_algorithm;
enum {
    P2PH_RANDOMX = 0,    /* rx/0 */
    P2PH_RANDOMX_V2 = 1, /* rx/2 */
    P2PH_GHOSTRIDER = 2  /* gr */
};

/* Items of 64 bytes that the whole dataset of RandomX has. */
#define P2PH_RX_ITEMS 34078719u

/* Flags: the first of p2ph_dataset_create and p2ph_context_create, the others of p2ph_dataset_create alone. Failing to get what a flag asks for is no error. */
#define P2PH_HUGE_PAGES 1u  /* use 2 MiB pages as far as the system gives them */
#define P2PH_GIANT_PAGES 2u /* with P2PH_HUGE_PAGES: where a dataset fills 1 GB pages, use those first, as far as the system has set them aside */
#define P2PH_NUMA 4u        /* hold what hashes read once for each NUMA node, if all of them have memory free for it; see p2ph_dataset_copies */

typedef struct p2ph_dataset p2ph_dataset;
typedef struct p2ph_context p2ph_context;

/* Memory of a dataset or context. huge_pages of huge_pages_wanted 2 MiB pages hold it; the rest are pages of the base size. A 1 GB page
 * counts as 512 of them, and giant_pages says how many of those there are. */
typedef struct p2ph_memory {
    uint64_t bytes;
    uint64_t huge_pages;
    uint64_t huge_pages_wanted;
    uint64_t giant_pages;
} p2ph_memory;

typedef struct p2ph_hit {
    uint32_t nonce;
    uint8_t hash[32];
} p2ph_hit;

/* The value of P2PH_ABI_VERSION the library was built with. */
P2PH_API uint32_t p2ph_abi_version(void);

/* A short English text for a status, never null, static. */
P2PH_API const char* p2ph_status_text(p2ph_status status);

/* Allocates a dataset and computes its cache, which keeps one thread busy for about half a second.
 * seed    1..P2PH_SEED_BYTES_MAX bytes for RandomX; none for GhostRider, whose dataset is empty and takes no time.
 * items   0..P2PH_RX_ITEMS: how many items of the dataset, from the first on, are held in memory beside the cache of 256 MiB; hashes compute the
 *         others as needed. With 0 ("light") all of them; with P2PH_RX_ITEMS ("fast", 2080 MiB) none, and the cache is needed only while the
 *         dataset is made. More items make hashing faster and do not change any hash. Must be 0 for GhostRider.
 * flags   0, or any of P2PH_HUGE_PAGES, P2PH_GIANT_PAGES and P2PH_NUMA.
 * Returns P2PH_OK, P2PH_E_ARGUMENT, P2PH_E_UNSUPPORTED (algorithm) or P2PH_E_MEMORY. *dataset is null unless P2PH_OK.
 * Threads any. The dataset must outlive its contexts. */
P2PH_API p2ph_status p2ph_dataset_create(p2ph_algorithm algorithm, const uint8_t* seed, size_t seed_len, uint64_t items, uint32_t flags,
                                         p2ph_dataset** dataset);

/* How many items p2ph_dataset_init must compute before p2ph_dataset_finish: those of p2ph_dataset_create. */
P2PH_API p2ph_status p2ph_dataset_item_count(const p2ph_dataset* dataset, uint64_t* items);

/* How many times the dataset holds what hashes read: p2ph_numa_nodes times with P2PH_NUMA where there is memory for it, else once, and 1 for
 * GhostRider. Each copy takes 64 bytes an item, and the 256 MiB of a cache unless it has all items. A context reads the copy of the node on whose CPUs the
 * thread ran that created it. */
P2PH_API p2ph_status p2ph_dataset_copies(const p2ph_dataset* dataset, uint32_t* copies);

/* Computes items [first_item, first_item + count), each exactly once over all calls; about a microsecond an item at most.
 * Returns P2PH_OK, P2PH_E_ARGUMENT (beyond the end, or an item was computed before) or P2PH_E_STATE (finished already).
 * Threads any number at once, on disjoint items. */
P2PH_API p2ph_status p2ph_dataset_init(p2ph_dataset* dataset, uint64_t first_item, uint64_t count);

/* Declares the dataset complete and, where it holds all items, gives back the 256 MiB of its cache. Contexts can be made from then on.
 * Returns P2PH_OK (also when called again) or P2PH_E_STATE (items are missing). */
P2PH_API p2ph_status p2ph_dataset_finish(p2ph_dataset* dataset);

/* Gives a RandomX dataset that was created with 0 items, and is not finished, the memory in which another holds its items, and destroys that other one.
 * That many items must then be computed, as if it had been created with them, in as many copies. So the cache of the next seed can be made while the dataset
 * of this one is in use, and the two never take the memory of both.
 * from    A RandomX dataset with items, of the same algorithm or the other one. No call on it and no context of it may be alive.
 * Returns P2PH_OK, P2PH_E_ARGUMENT (null, the same, not RandomX, or from holds no items) or P2PH_E_STATE (dataset is finished, or has items). from is destroyed
 *         only if P2PH_OK is returned. */
P2PH_API p2ph_status p2ph_dataset_take_items(p2ph_dataset* dataset, p2ph_dataset* from);

/* What the dataset holds now, its cache included. Transparent huge pages are counted as the kernel reports them at the call,
 * which takes some milliseconds. Not to be called together with p2ph_dataset_finish. */
P2PH_API p2ph_status p2ph_dataset_memory(const p2ph_dataset* dataset, p2ph_memory* memory);

/* Null is allowed. No call on the dataset and no context of it may be alive. */
P2PH_API void p2ph_dataset_destroy(p2ph_dataset* dataset);

/* Makes what one thread needs to hash, in memory near the CPU that the calling thread runs on: for RandomX what p2ph_rx_context_create makes of
 * the shape that p2ph_rx_guess gives, for GhostRider a scratchpad of 2 MiB, enough for one hash at a time (see p2ph_gr_context_create for more).
 * flags   0 or P2PH_HUGE_PAGES.
 * Returns P2PH_OK, P2PH_E_ARGUMENT, P2PH_E_STATE (dataset not finished), P2PH_E_MEMORY or P2PH_E_UNSUPPORTED (P2PH_FORCE_KERNEL in the
 *         environment, see p2ph_rx_kernel, is no level or one that this machine does not reach). *context is null unless P2PH_OK.
 * Threads a context serves one thread at a time; many contexts share a dataset. */
P2PH_API p2ph_status p2ph_context_create(p2ph_dataset* dataset, uint32_t flags, p2ph_context** context);

P2PH_API p2ph_status p2ph_context_memory(const p2ph_context* context, p2ph_memory* memory);

/* Null is allowed. */
P2PH_API void p2ph_context_destroy(p2ph_context* context);

/* Computes one hash.
 * input   0..P2PH_INPUT_BYTES_MAX bytes, any alignment; may be null when input_len is 0. For GhostRider a header of exactly
 *         P2PH_GR_HEADER_BYTES as it is serialised.
 * out     32 bytes; as a number little-endian. May overlap the input. For rx/2 the RandomX hash itself: what a target is compared with is its
 *         commitment (p2ph_rx_commitment).
 * Returns P2PH_OK or P2PH_E_ARGUMENT (null pointer, or a length the algorithm does not take).
 * Source  RandomX specification, chapters 2 and 4. */
P2PH_API p2ph_status p2ph_hash(p2ph_context* context, const uint8_t* input, size_t input_len, uint8_t* out);

/* Computes count hashes of inputs of equal length that lie one behind the other; faster than as many calls of p2ph_hash.
 * inputs  count * input_len bytes.
 * out     count * 32 bytes; must not overlap the inputs. */
P2PH_API p2ph_status p2ph_hash_many(p2ph_context* context, const uint8_t* inputs, size_t input_len, size_t count, uint8_t* out);

/* Hashes the nonces [first_nonce, first_nonce + count) of a blob in order and keeps those whose hash meets a target.
 * blob         4..P2PH_BLOB_BYTES_MAX bytes; not written to. For GhostRider P2PH_GR_HEADER_BYTES.
 * nonce_offset where the nonce is put, 4 bytes little-endian; nonce_offset + 4 <= blob_len. For GhostRider P2PH_GR_NONCE_OFFSET.
 * count        0..2^32 - first_nonce. GhostRider works in batches of up to 40 nonces, so a few hundred at once waste least.
 * target       32 bytes, little-endian 256-bit number: hash <= target is a hit; for rx/2 commitment <= target, and hits still hold the hash.
 * cancel       another thread makes it non-zero to end the search, within one hash for RandomX and within some milliseconds for GhostRider
 *              (whose current batch is then discarded); read with atomic loads. May be null.
 * hits         room for hit_capacity entries, 1 or more, filled in the order of the nonces.
 * hit_count    how many were found.
 * hashed       how many nonces from first_nonce on are done. Fewer than count when cancelled or when the hits are full; each of
 *              them is final: continuing from first_nonce + hashed repeats nothing and skips nothing.
 * Returns P2PH_OK (also when ended early) or P2PH_E_ARGUMENT. */
P2PH_API p2ph_status p2ph_search(p2ph_context* context, const uint8_t* blob, size_t blob_len, size_t nonce_offset, uint32_t first_nonce,
                                 uint64_t count, const uint8_t* target, const int32_t* cancel, p2ph_hit* hits, size_t hit_capacity,
                                 size_t* hit_count, uint64_t* hashed);

/* RandomX. One thread computes several hashes at once, because each of them waits for its memory most of the time. */
#define P2PH_RX_MACHINES_MAX 16u

typedef int32_t p2ph_rx_fetch;
enum {
    P2PH_RX_FETCH_NTA = 0, /* items of the dataset are fetched past the outer caches where the processor can do that */
    P2PH_RX_FETCH_T0 = 1   /* into all caches */
};

typedef struct p2ph_rx_shape {
    uint32_t machines;   /* hashes computed at once, 1..p2ph_rx_machines_max; each has a scratchpad of 2 MiB */
    p2ph_rx_fetch fetch; /* matters only with a whole dataset */
} p2ph_rx_shape;

/* A shape for a machine on which nothing was measured.
 * algorithm    P2PH_RANDOMX or P2PH_RANDOMX_V2.
 * items        as in p2ph_dataset_create.
 * Returns P2PH_OK, P2PH_E_ARGUMENT or P2PH_E_UNSUPPORTED (see p2ph_context_create). */
P2PH_API p2ph_status p2ph_rx_guess(p2ph_algorithm algorithm, uint64_t items, p2ph_rx_shape* shape);

/* The most machines that p2ph_rx_context_create takes: P2PH_RX_MACHINES_MAX, whatever the algorithm and the items. Goes with the next version of
 * the ABI. Returns P2PH_OK or P2PH_E_ARGUMENT. */
P2PH_API p2ph_status p2ph_rx_machines_max(p2ph_algorithm algorithm, uint64_t items, uint32_t* machines);

/* As p2ph_context_create on a RandomX dataset, with this shape; P2PH_E_ARGUMENT also for another dataset and for a shape out of range. */
P2PH_API p2ph_status p2ph_rx_context_create(p2ph_dataset* dataset, uint32_t flags, const p2ph_rx_shape* shape, p2ph_context** context);

/* Computes hashes of fixed inputs and says how much CPU time that took: what a shape is chosen by. Not wall-clock time, because other programs use the
 * CPU now and then.
 * hashes  1..2^32; a multiple of the context's machines wastes least.
 * Returns P2PH_OK or P2PH_E_ARGUMENT (null, out of range, or a context for another algorithm). */
P2PH_API p2ph_status p2ph_rx_measure(p2ph_context* context, uint64_t hashes, uint64_t* nanoseconds);

/* The kernels that RandomX runs on here, in words; static. Of each part the best kernel is taken that the processor can run. P2PH_FORCE_KERNEL in
 * the environment is an upper limit, for both algorithms: avx512, avx2, aesni (these three x86-64), armv8 or portable, and nothing that processors
 * of that level lack is used, generated code included. A part without a kernel of just that level takes the best below it. Empty is as unset.
 * Returns as p2ph_rx_guess. */
P2PH_API p2ph_status p2ph_rx_kernel(p2ph_algorithm algorithm, const char** name);

/* The commitment of rx/2: Blake2b of 32 bytes over the input and then its hash.
 * input   0..P2PH_INPUT_BYTES_MAX bytes; may be null when input_len is 0.
 * hash    32 bytes: what p2ph_hash gave for the input.
 * out     32 bytes; may be where the hash lies. */
P2PH_API p2ph_status p2ph_rx_commitment(const uint8_t* input, size_t input_len, const uint8_t* hash, uint8_t* out);

/* GhostRider. One thread computes several hashes at once, because each of them waits for its memory most of the time. */
#define P2PH_GR_HEADER_BYTES 80u
#define P2PH_GR_NONCE_OFFSET 76u
#define P2PH_GR_VARIANTS 6u /* of CryptoNight: dark, dark-lite, fast, lite, turtle, turtle-lite */
#define P2PH_GR_LANES_MAX 20u

/* How many hashes one thread computes at once, for each CryptoNight variant, 1..P2PH_GR_LANES_MAX. */
typedef struct p2ph_gr_depths {
    uint8_t lanes[8]; /* the last two are 0 */
} p2ph_gr_depths;

/* Depths for a machine on which nothing was measured.
 * pad_bytes_max what the scratchpads of one thread may take, 2 MiB or more: its part of the caches, and of the memory it may use.
 * Returns P2PH_OK, P2PH_E_ARGUMENT or P2PH_E_UNSUPPORTED (see p2ph_context_create). */
P2PH_API p2ph_status p2ph_gr_guess(uint64_t pad_bytes_max, p2ph_gr_depths* depths);

/* The memory that the scratchpads of one thread take with these depths. */
P2PH_API p2ph_status p2ph_gr_pad_bytes(const p2ph_gr_depths* depths, uint64_t* bytes);

/* As p2ph_context_create on a GhostRider dataset, with these depths. */
P2PH_API p2ph_status p2ph_gr_context_create(p2ph_dataset* dataset, uint32_t flags, const p2ph_gr_depths* depths, p2ph_context** context);

/* Hashes fixed inputs once with one CryptoNight variant and says how much CPU time that took: what depths are chosen by. Not wall-clock time, because
 * other programs use the CPU now and then.
 * lanes    how many at once, 1..P2PH_GR_LANES_MAX; the scratchpads of the context must have room for them, else P2PH_E_ARGUMENT. */
P2PH_API p2ph_status p2ph_gr_measure(p2ph_context* context, uint32_t variant, uint32_t lanes, uint64_t* nanoseconds);

/* Which hashes a previous block hash (bytes 4..35 of the header) selects, in their order.
 * core    15 entries, each of 0..14 once: blake, bmw, groestl, jh, keccak, skein, luffa, cubehash, shavite, simd, echo, hamsi, fugue,
 *         shabal, whirlpool.
 * cn      3 entries, distinct, 0..5: CryptoNight variants. */
P2PH_API p2ph_status p2ph_gr_selection(const uint8_t* previous_hash, uint8_t* core, uint8_t* cn);

/* The kernels that GhostRider runs on here, in words; static. P2PH_FORCE_KERNEL as for p2ph_rx_kernel.
 * Returns P2PH_OK, P2PH_E_ARGUMENT or P2PH_E_UNSUPPORTED (see p2ph_context_create). */
P2PH_API p2ph_status p2ph_gr_kernel(const char** name);

/* Keccak-256 with the original padding 0x01, as CryptoNote uses it (not SHA3-256).
 * input   any length; may be null when input_len is 0.
 * out     32 bytes. */
P2PH_API p2ph_status p2ph_keccak256(const uint8_t* input, size_t input_len, uint8_t* out);

/* Instruction sets that the CPU has and the operating system lets programs use. */
#define P2PH_CPU_AES (1ull << 0)
#define P2PH_CPU_SSSE3 (1ull << 1)
#define P2PH_CPU_SSE41 (1ull << 2)
#define P2PH_CPU_AVX (1ull << 3)
#define P2PH_CPU_AVX2 (1ull << 4)
#define P2PH_CPU_BMI2 (1ull << 5)
#define P2PH_CPU_SHA (1ull << 6)
#define P2PH_CPU_GFNI (1ull << 7)
#define P2PH_CPU_VAES (1ull << 8)
#define P2PH_CPU_AVX512F (1ull << 9)
#define P2PH_CPU_AVX512BW (1ull << 10)
#define P2PH_CPU_AVX512VL (1ull << 11)
#define P2PH_CPU_AVX512IFMA (1ull << 12)
#define P2PH_CPU_ARM_AES (1ull << 32) /* AESE and AESMC of ARMv8 */

typedef struct p2ph_cpu {
    uint64_t features; /* P2PH_CPU_*; 0 on processors that are neither x86-64 nor ARMv8 */
    char brand[49];    /* the processor's name with a terminating NUL, "" where it has none */
    uint8_t reserved[7];
} p2ph_cpu;

P2PH_API p2ph_status p2ph_cpu_info(p2ph_cpu* cpu);

/* Gives the calling thread a nice value, -20..19, unless its own is that high already; 19 yields to everything else.
 * Returns P2PH_OK, P2PH_E_ARGUMENT, or P2PH_E_UNSUPPORTED (the system refuses). */
P2PH_API p2ph_status p2ph_thread_set_low_priority(int32_t nice_value);

/* Binds the calling thread to one logical CPU, 0..8191.
 * Returns P2PH_OK, P2PH_E_ARGUMENT, or P2PH_E_UNSUPPORTED (no such CPU, or not available to this process). */
P2PH_API p2ph_status p2ph_thread_set_affinity(int32_t cpu);

/* NUMA nodes with memory and with CPUs that this process may use, as far as hwloc reports; 1 where the library was built without it. HWLOC_SYNTHETIC in
 * the environment describes another machine. Determined at the first call, which takes a few milliseconds. */
P2PH_API p2ph_status p2ph_numa_nodes(uint32_t* nodes);

/* Binds the calling thread to the CPUs of a NUMA node.
 * index   number of the thread: threads 0, 1, 2 ... go round the nodes, at most as many to each as it has CPUs before a new round begins.
 * Returns P2PH_OK, or P2PH_E_UNSUPPORTED (the system refuses, or the library was built without hwloc). */
P2PH_API p2ph_status p2ph_thread_bind_node(uint32_t index);

#ifdef __cplusplus
}
#endif

#endif
