using Microsoft.Extensions.Options;

namespace P2PMiner.Grains.Pool.Practice;

[OptionsValidator]
internal sealed partial class PracticePoolOptionsValidator : IValidateOptions<PracticePoolOptions>;
