using Microsoft.Extensions.Options;

namespace P2PMiner.Pools.Practice;

[OptionsValidator]
internal sealed partial class PracticePoolOptionsValidator : IValidateOptions<PracticePoolOptions>;
