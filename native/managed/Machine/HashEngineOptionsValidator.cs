using Microsoft.Extensions.Options;

namespace P2PMiner.Native;

[OptionsValidator]
internal sealed partial class HashEngineOptionsValidator : IValidateOptions<HashEngineOptions>;
