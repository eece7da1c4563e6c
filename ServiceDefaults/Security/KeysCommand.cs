using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>Makes, lists and revokes API keys: <c>keys create|list|revoke</c>.</summary>
public static class KeysCommand
{
    /// <summary>What it takes, for <c>--help</c>.</summary>
    public const string Usage = """
          keys create --name NAME --scope ingest|read|admin [--days N]     make an API key in SECURITY__KEYS_FILE, and show it once
          keys list                                                         what keys there are
          keys revoke ID                                                    end one, within a second
        """;

    private const int MostDays = 36_500;

    /// <summary>Whether these arguments are this command.</summary>
    public static bool IsAskedFor(string[] args) => args is ["keys", ..];

    /// <summary>Does what was asked.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        if (settings[$"{SecurityOptions.Section}:KEYS_FILE"] is not { Length: > 0 } path)
        {
            errors.WriteLine("SECURITY__KEYS_FILE is not set: it says which file holds the keys, here and for the gateway.");
            return 1;
        }
        try
        {
            switch (args)
            {
                case [_, "create", ..]:
                    return Create(path, settings, output, errors);
                case [_, "list", ..]:
                    List(path, output);
                    return 0;
                case [_, "revoke", var id, ..] when !id.StartsWith("--", StringComparison.Ordinal):
                    return Revoke(path, id, output, errors);
                default:
                    errors.WriteLine(Usage);
                    return 2;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(exception.Message);
            return 1;
        }
    }

    private static int Create(string path, IConfiguration settings, TextWriter output, TextWriter errors)
    {
        var scopes = (settings["scope"] ?? "").Split(',', StringSplitOptions.TrimEntries)
            .Select(name => Enum.TryParse<KeyScopes>(name, ignoreCase: true, out var scope) && Enum.IsDefined(scope) && !char.IsDigit(name[0]) ? scope : KeyScopes.None).ToList();
        var days = settings["days"] is { } text ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0 : (int?)null;
        if (settings["name"] is not { Length: > 0 and <= 128 } name || scopes.Contains(KeyScopes.None) || days is < 1 or > MostDays)
        {
            errors.WriteLine($"A key needs --name (1 to 128 characters) and --scope (ingest, read, admin, or several with commas); --days must be from 1 to {MostDays}.");
            return 2;
        }
        var now = DateTimeOffset.UtcNow;
        var (key, secret) = ApiKey.Create(name, scopes, now, days is { } lasting ? now.AddDays(lasting) : null);
        KeyFile.Write(path, [.. KeyFile.Read(path), key]);
        output.WriteLine($"{key.Id}: {secret}");
        output.WriteLine("This is shown only now. It goes into the header X-Api-Key.");
        return 0;
    }

    private static void List(string path, TextWriter output)
    {
        foreach (var key in KeyFile.Read(path))
        {
            var scopes = string.Join(',', key.Scopes.Select(scope => scope.ToString().ToLowerInvariant()));
            output.WriteLine($"{key.Id}  {scopes}  {key.CreatedAt:yyyy-MM-dd}  {(key.ExpiresAt is { } end ? $"until {end:yyyy-MM-dd}" : "for ever")}  {key.Name}");
        }
    }

    private static int Revoke(string path, string id, TextWriter output, TextWriter errors)
    {
        var keys = KeyFile.Read(path);
        if (keys.All(key => key.Id != id))
        {
            errors.WriteLine($"There is no key '{id}'.");
            return 1;
        }
        KeyFile.Write(path, [.. keys.Where(key => key.Id != id)]);
        output.WriteLine($"{id} is revoked.");
        return 0;
    }
}
