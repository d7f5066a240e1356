#include <sched.h>
#include <sys/resource.h>

#include <thread>

#include "fixture.h"

TEST(Cpu, Info_Features_AgreeWithTheCompilersDetection) {
    p2ph_cpu cpu;
    ASSERT_EQ(P2PH_OK, p2ph_cpu_info(&cpu));
    EXPECT_EQ(0, cpu.brand[48]);
#if defined(__x86_64__)
    const auto has = [&](uint64_t feature) { return (cpu.features & feature) != 0; };
    EXPECT_GT(std::string_view(cpu.brand).size(), 0u);
    EXPECT_EQ(!!__builtin_cpu_supports("aes"), has(P2PH_CPU_AES));
    EXPECT_EQ(!!__builtin_cpu_supports("ssse3"), has(P2PH_CPU_SSSE3));
    EXPECT_EQ(!!__builtin_cpu_supports("sse4.1"), has(P2PH_CPU_SSE41));
    EXPECT_EQ(!!__builtin_cpu_supports("avx"), has(P2PH_CPU_AVX));
    EXPECT_EQ(!!__builtin_cpu_supports("avx2"), has(P2PH_CPU_AVX2));
    EXPECT_EQ(!!__builtin_cpu_supports("bmi2"), has(P2PH_CPU_BMI2));
    EXPECT_EQ(!!__builtin_cpu_supports("gfni"), has(P2PH_CPU_GFNI));
    EXPECT_EQ(!!__builtin_cpu_supports("vaes"), has(P2PH_CPU_VAES));
    EXPECT_EQ(!!__builtin_cpu_supports("avx512f"), has(P2PH_CPU_AVX512F));
    EXPECT_EQ(!!__builtin_cpu_supports("avx512bw"), has(P2PH_CPU_AVX512BW));
    EXPECT_EQ(!!__builtin_cpu_supports("avx512vl"), has(P2PH_CPU_AVX512VL));
    EXPECT_EQ(!!__builtin_cpu_supports("avx512ifma"), has(P2PH_CPU_AVX512IFMA));
#else
    EXPECT_EQ(0u, cpu.features & ~P2PH_CPU_ARM_AES);
#endif
}

TEST(Cpu, ThreadSetLowPriority_OneThread_LeavesTheOthersAlone) {
    const auto before = getpriority(PRIO_PROCESS, 0);
    std::thread([] {
        EXPECT_EQ(P2PH_OK, p2ph_thread_set_low_priority(19));
        EXPECT_EQ(19, getpriority(PRIO_PROCESS, 0));
    }).join();
    EXPECT_EQ(before, getpriority(PRIO_PROCESS, 0));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_thread_set_low_priority(20));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_thread_set_low_priority(-21));
}

TEST(Cpu, ThreadSetLowPriority_ThreadIsLowerAlready_LeavesItSo) {
    std::thread([] {
        ASSERT_EQ(0, setpriority(PRIO_PROCESS, 0, 19));
        EXPECT_EQ(P2PH_OK, p2ph_thread_set_low_priority(10));
        EXPECT_EQ(19, getpriority(PRIO_PROCESS, 0));
    }).join();
}

TEST(Cpu, ThreadSetAffinity_OneCpu_BindsTheThreadToIt) {
    cpu_set_t allowed;
    ASSERT_EQ(0, sched_getaffinity(0, sizeof allowed, &allowed));
    int last = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        last = CPU_ISSET(cpu, &allowed) ? cpu : last;
    }
    std::thread([last] {
        ASSERT_EQ(P2PH_OK, p2ph_thread_set_affinity(last));
        cpu_set_t now;
        ASSERT_EQ(0, sched_getaffinity(0, sizeof now, &now));
        EXPECT_EQ(1, CPU_COUNT(&now));
        EXPECT_TRUE(CPU_ISSET(last, &now));
    }).join();
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_thread_set_affinity(-1));
    EXPECT_EQ(P2PH_E_ARGUMENT, p2ph_thread_set_affinity(8192));
    EXPECT_EQ(P2PH_E_UNSUPPORTED, p2ph_thread_set_affinity(8191));
}

TEST(Cpu, ThreadBindNode_AnyTurn_LeavesCpusThatWereAllowed) {
    cpu_set_t allowed;
    ASSERT_EQ(0, sched_getaffinity(0, sizeof allowed, &allowed));
    for (const uint32_t turn : {0u, 1u, 1000u}) {
        std::thread([&] {
            const auto status = p2ph_thread_bind_node(turn);
            EXPECT_TRUE(status == P2PH_OK || status == P2PH_E_UNSUPPORTED) << status;
            cpu_set_t now;
            ASSERT_EQ(0, sched_getaffinity(0, sizeof now, &now));
            EXPECT_GE(CPU_COUNT(&now), 1);
            cpu_set_t both;
            CPU_AND(&both, &now, &allowed);
            EXPECT_TRUE(CPU_EQUAL(&both, &now));
        }).join();
    }
}
