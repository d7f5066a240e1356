namespace P2PMiner.Silo.Terminal;

internal static class MinerConsoleExtensions
{
    /// <summary>Banner, speed lines and keys. Needs an <see cref="IMinerConsoleSource"/>.</summary>
    public static IServiceCollection AddMinerConsole(this IServiceCollection services, ProgramIo io) => services
        .AddSingleton(io)
        .AddSingleton<IKeyInput>(_ => io.Terminal is { } terminal ? new TerminalKeys(terminal) : new NoKeys())
        .AddHostedService<MinerGreeting>()
        .AddHostedService<MinerConsole>();
}
