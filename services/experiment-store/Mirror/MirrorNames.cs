using System.Security.Cryptography;
using System.Text;
using Trainyard.ExperimentStore.Mlflow.Protocol;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>Names that every MLflow server takes. Older ones take no colon.</summary>
internal static class MirrorNames
{
    private const int HashCharacters = 8;

    /// <summary>The name itself, or a similar one with a hash at the end, so that two names stay two.</summary>
    public static string Of(string name)
    {
        if (IsPortable(name))
        {
            return name;
        }
        var hash = Hash(name)[..HashCharacters];
        var kept = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            kept.Append(letter is '/' || char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ' ' ? letter : '_');
        }
        var parts = kept.ToString().Split('/').Select(part => part.Trim(' ', '.')).Where(part => part.Length > 0);
        var joined = string.Join('/', parts);
        var cut = joined.Length > MlflowLimits.MaxKeyCharacters - HashCharacters - 1
            ? joined[..(MlflowLimits.MaxKeyCharacters - HashCharacters - 1)].TrimEnd('/')
            : joined;
        return cut.Length == 0 ? hash : $"{cut}_{hash}";
    }

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    private static bool IsPortable(string name) => MlflowLimits.IsName(name) && !name.Contains(':', StringComparison.Ordinal);
}
