using System.Buffers;
using System.Security.Cryptography;

namespace Trainyard.Contracts;

/// <summary>Ids of runs, experiments, tokenizers, checkpoints and requests: 1 to 128 characters from <c>[A-Za-z0-9._-]</c>.</summary>
public static class Identifier
{
    /// <summary>Maximum length, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>The format of an id, for error messages.</summary>
    public const string Rule = "must be 1 to 128 characters from A-Z, a-z, 0-9, '.', '_' and '-', and not only dots";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Whether <paramref name="id"/> is a valid id. Ids name folders, so <c>.</c> and <c>..</c> are invalid.</summary>
    public static bool IsValid(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= MaxLength && !id.ContainsAnyExcept(Allowed) && id.ContainsAnyExcept('.');

    /// <summary>A new id such as <c>run-4f9k2m7qx1tz</c>: a prefix and 60 random bits.</summary>
    public static string Create(string prefix) => $"{prefix}-{RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", 12)}";
}
