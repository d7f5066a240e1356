#pragma once

#include <cfenv>

namespace p2ph {

/* RandomX programs set rounding modes and flush denormals; the caller gets its own settings back. */
class FpEnvironment {
   public:
    FpEnvironment() noexcept { std::fegetenv(&saved_); }
    ~FpEnvironment() { std::fesetenv(&saved_); }
    FpEnvironment(const FpEnvironment&) = delete;
    FpEnvironment& operator=(const FpEnvironment&) = delete;

   private:
    std::fenv_t saved_;
};

}  // namespace p2ph
