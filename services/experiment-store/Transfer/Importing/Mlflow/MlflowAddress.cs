using Npgsql;

namespace Trainyard.ExperimentStore.Transfer.Importing.Mlflow;

/// <summary>
/// The address of a Postgres database, as <c>mlflow server --backend-store-uri</c> takes it. Only these parts are taken: Npgsql's own
/// connection strings could name files of this machine. User and password are required, because without them the driver would use those
/// of this process.
/// </summary>
internal sealed record MlflowAddress(string Host, int Port, string Name, string User, string Password, SslMode Tls)
{
    public const string Rule =
        "must be postgresql://USER:PASSWORD@HOST:PORT/NAME, optionally with ?sslmode=, for the format mlflow and without a path";

    private const int MaxCharacters = 2000;
    private const int DefaultPort = 5432;

    /// <summary>The address without user and password.</summary>
    public string Shown => $"{Host}:{Port}/{Name}";

    /// <returns>Null if it is none.</returns>
    public static MlflowAddress? Parse(string uri)
    {
        if (uri.Length > MaxCharacters || !Uri.TryCreate(uri, UriKind.Absolute, out var address)
            || address.Scheme is not ("postgresql" or "postgres" or "postgresql+psycopg2" or "postgresql+psycopg")
            || address.Host.Length == 0 || address.Fragment.Length > 0
            || address.UserInfo.Split(':') is not [{ Length: > 0 } user, { Length: > 0 } password]
            || address.AbsolutePath.Split('/') is not ["", { Length: > 0 } name]
            || TlsOf(address.Query) is not { } tls)
        {
            return null;
        }
        return new(
            address.IdnHost.Trim('[', ']'), address.Port < 0 ? DefaultPort : address.Port, Uri.UnescapeDataString(name),
            Uri.UnescapeDataString(user), Uri.UnescapeDataString(password), tls);
    }

    private static SslMode? TlsOf(string query) => query switch
    {
        "" or "?sslmode=prefer" => SslMode.Prefer,
        "?sslmode=disable" => SslMode.Disable,
        "?sslmode=allow" => SslMode.Allow,
        "?sslmode=require" => SslMode.Require,
        "?sslmode=verify-ca" => SslMode.VerifyCA,
        "?sslmode=verify-full" => SslMode.VerifyFull,
        _ => null,
    };
}
