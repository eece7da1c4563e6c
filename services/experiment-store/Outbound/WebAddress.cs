using System.Diagnostics.CodeAnalysis;

namespace Trainyard.ExperimentStore.Outbound;

/// <summary>An address that something may be posted to.</summary>
internal static class WebAddress
{
    private const int MostCharacters = 2000;

    public const string Rule = "must be an http or https address of at most 2000 characters, without user, password or fragment";

    public static bool IsValid([NotNullWhen(true)] string? address) =>
        address is { Length: <= MostCharacters } && Uri.TryCreate(address, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.UserInfo.Length == 0 && url.Fragment.Length == 0;
}
