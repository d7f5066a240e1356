namespace P2PMiner.Silo.Steering;

/// <summary>Steering by the web page, behind its gate.</summary>
internal static class SteeringExtensions
{
    /// <summary>Needs <see cref="IClusterSteering"/>, <see cref="Terminal.IMinerConsoleSource"/>, <see cref="History.IEventLog"/> and a clock.</summary>
    public static IServiceCollection AddSteering(this IServiceCollection services)
        => services.AddSingleton<Planner>().AddSingleton<Notices>().AddSingleton<SteeringDesk>();

    /// <summary>All methods, so that a wrong one is answered in words.</summary>
    public static void MapSteering(this IEndpointRouteBuilder routes)
        => routes.Map($"{Control.Root}/{{**name}}", (HttpContext context, SteeringDesk desk, string? name) => desk.AnswerAsync(context, name));
}
