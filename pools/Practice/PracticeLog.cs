using System.Net;

namespace P2PMiner.Pools.Practice;

internal static partial class PracticeLog
{
    [LoggerMessage(2500, LogLevel.Information, "practice pool listens on {Endpoint}{Tls}")]
    public static partial void Listening(this ILogger logger, IPEndPoint endpoint, string tls);

    [LoggerMessage(2501, LogLevel.Information, "practice pool: {Remote} logged in for {Algorithm}, difficulty {Difficulty}, extra nonce {ExtraNonce:x8}{Returned}")]
    public static partial void LoggedIn(this ILogger logger, EndPoint remote, string algorithm, ulong difficulty, uint extraNonce, string returned);

    [LoggerMessage(2512, LogLevel.Information, "practice pool: {Remote} logged in with Stratum v1, difficulty {Difficulty}, extranonce1 {ExtraNonce1}")]
    public static partial void V1LoggedIn(this ILogger logger, EndPoint remote, ulong difficulty, string extraNonce1);

    [LoggerMessage(2502, LogLevel.Information, "practice pool: {Remote} is gone: {Reason}")]
    public static partial void Gone(this ILogger logger, EndPoint remote, string reason);

    [LoggerMessage(2503, LogLevel.Debug, "practice pool: connection from {Remote} refused: {Reason}")]
    public static partial void ConnectionRefused(this ILogger logger, EndPoint remote, string reason);

    [LoggerMessage(2504, LogLevel.Debug, "practice pool: block {Height}, seed {Seed}")]
    public static partial void NewBlock(this ILogger logger, ulong height, string seed);

    [LoggerMessage(2505, LogLevel.Debug, "practice pool: {Remote} now has difficulty {Difficulty}")]
    public static partial void Retargeted(this ILogger logger, EndPoint remote, ulong difficulty);

    [LoggerMessage(2506, LogLevel.Debug, "practice pool: refused a request of {Remote}: {Refusal}")]
    public static partial void Refused(this ILogger logger, EndPoint remote, PracticeRefusal refusal);

    [LoggerMessage(2507, LogLevel.Warning, "practice pool: {Address} is banned for {Time}")]
    public static partial void Banned(this ILogger logger, IPAddress address, string time);

    [LoggerMessage(2508, LogLevel.Warning, "practice pool: a share could not be verified")]
    public static partial void VerificationFailed(this ILogger logger, Exception error);

    [LoggerMessage(2509, LogLevel.Error, "practice pool: connection of {Remote} failed")]
    public static partial void ConnectionFailed(this ILogger logger, Exception error, EndPoint remote);

    [LoggerMessage(2510, LogLevel.Warning, "practice pool: accepting a connection failed")]
    public static partial void AcceptFailed(this ILogger logger, Exception error);

    [LoggerMessage(2511, LogLevel.Error, "practice pool: the block timer failed")]
    public static partial void TickFailed(this ILogger logger, Exception error);
}
