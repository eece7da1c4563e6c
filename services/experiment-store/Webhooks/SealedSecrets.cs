using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Webhooks;

/// <summary>
/// Encrypts the secrets of other programs before they reach the database. The keys lie in <see cref="AppPaths.KeysRoot"/>, which all replicas share.
/// </summary>
internal sealed class SealedSecrets(AppPaths paths, ILogger<SealedSecrets> logger)
{
    // Made when first needed: reading the keys would make every start slower.
    private readonly Lazy<IDataProtector> protector = new(() =>
        DataProtectionProvider.Create(new DirectoryInfo(paths.KeysRoot), keys => keys.SetApplicationName("trainyard")).CreateProtector("outbound"));

    public SealedText Seal(string secret) => new(protector.Value.Protect(secret));

    /// <summary>Seals a web address, but keeps its host readable.</summary>
    public SealedText SealAddress(string address) => new($"{new Uri(address).Host} {Seal(address).Stored}");

    public static string HostOf(SealedText address) => address.Stored.Split(' ') is [var host, _] ? host : "";

    /// <returns>Null when the key that sealed it is gone. The log says so.</returns>
    public string? Open(SealedText secret)
    {
        try
        {
            return protector.Value.Unprotect(secret.Stored[(secret.Stored.IndexOf(' ') + 1)..]);
        }
        catch (CryptographicException exception)
        {
            logger.LogError(exception, "A stored secret can't be decrypted. Restore the folder {Folder} from the backup that the database is from, "
                + "or delete the trainer or alert and add it again", paths.KeysRoot);
            return null;
        }
    }
}
