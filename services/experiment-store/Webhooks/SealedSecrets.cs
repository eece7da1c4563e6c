using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Webhooks;

/// <summary>
/// Encrypts the secrets of other programs before they reach the database. All replicas share the keys in
/// <see cref="AppPaths.KeysRoot"/>.
/// </summary>
internal sealed class SealedSecrets(AppPaths paths, ILogger<SealedSecrets> logger)
{
    // Lazy: reading the keys would slow down every start.
    private readonly Lazy<IDataProtector> protector = new(() =>
        DataProtectionProvider.Create(new DirectoryInfo(paths.KeysRoot), keys => keys.SetApplicationName("trainyard"))
            .CreateProtector("outbound"));

    public SealedText Seal(string secret) => new(protector.Value.Protect(secret));

    /// <summary>Seals a web address, but keeps its host readable.</summary>
    public SealedText SealAddress(string address) => new($"{new Uri(address).Host} {Seal(address).Stored}");

    public static string HostOf(SealedText address) => address.Stored.Split(' ') is [var host, _] ? host : "";

    /// <returns>Null if the key that sealed it is missing, which is logged.</returns>
    public string? Open(SealedText secret)
    {
        try
        {
            return protector.Value.Unprotect(secret.Stored[(secret.Stored.IndexOf(' ') + 1)..]);
        }
        catch (CryptographicException exception)
        {
            logger.LogError(
                exception, "A stored secret can't be decrypted. Restore the folder {Folder} from the backup that the database is from, "
                + "or delete the trainer or alert and add it again", paths.KeysRoot);
            return null;
        }
    }
}
