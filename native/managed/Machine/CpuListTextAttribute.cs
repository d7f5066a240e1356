using System.ComponentModel.DataAnnotations;

namespace P2PMiner.Native;

/// <summary>The text must be a list of CPUs, or missing.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CpuListTextAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
        => CpuList.TryParse(value as string, out _, out var error)
            ? ValidationResult.Success
            : new($"{validationContext.DisplayName}: {error}", [validationContext.MemberName ?? ""]);
}
