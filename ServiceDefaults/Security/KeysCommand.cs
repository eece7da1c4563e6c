using System.Globalization;
using Microsoft.Extensions.Configuration;
using Trainyard.Contracts;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>Creates, lists and revokes API keys: <c>keys create|list|revoke</c>.</summary>
public static class KeysCommand
{
    /// <summary>The command's part of <c>--help</c>.</summary>
    public const string Usage = """
          keys create --name NAME --scope ingest|job|read|admin [--days N]   create an API key in SECURITY__KEYS_FILE and show it once
              [--prefix PREFIX] [--experiment ID]                            limit writes to run ids with a prefix, or to one experiment
          keys list                                                          list the keys
          keys revoke ID                                                     revoke a key, within a second
        """;

    private const int MaxDays = 36_500;

    // A generated run id appends 13 characters.
    private const int MaxPrefix = 64;

    public static bool IsAskedFor(string[] args) => args is ["keys", ..];

    /// <returns>The exit code.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        if (settings[$"{SecurityOptions.Section}:KEYS_FILE"] is not { Length: > 0 } path)
        {
            errors.WriteLine("SECURITY__KEYS_FILE is not set. Set it to the same key file here and for the gateway.");
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
        var scopes = (settings["scope"] ?? "").Split(',', StringSplitOptions.TrimEntries).Select(ParseScope).ToList();
        var days = settings["days"] is { } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
            : (int?)null;
        if (settings["name"] is not { Length: > 0 and <= 128 } name || scopes.Contains(KeyScopes.None) || days is < 1 or > MaxDays)
        {
            errors.WriteLine("A key needs --name (1 to 128 characters) and --scope (ingest, job, read, admin, or a comma-separated list); "
                + $"--days must be from 1 to {MaxDays}.");
            return 2;
        }
        var (prefix, experiment) = (settings["prefix"], settings["experiment"]);
        if ((prefix is not null && (!Identifier.IsValid(prefix) || prefix.Length > MaxPrefix))
            || (experiment is not null && !Identifier.IsValid(experiment)))
        {
            errors.WriteLine($"--prefix must have 1 to {MaxPrefix} characters from A-Z, a-z, 0-9, '.', '_' and '-'; "
                + "--experiment must be an id.");
            return 2;
        }
        var writes = scopes.Exists(scope => scope is KeyScopes.Ingest or KeyScopes.Job) && !scopes.Contains(KeyScopes.Admin);
        if ((prefix ?? experiment) is not null && !writes)
        {
            errors.WriteLine("--prefix and --experiment limit what a key of scope ingest or job can write to. "
                + "They can't limit scope admin or read.");
            return 2;
        }
        var now = DateTimeOffset.UtcNow;
        var (key, secret) = ApiKey.Create(name, scopes, now, days is { } lasting ? now.AddDays(lasting) : null);
        // Only the store knows an experiment's runs, and requests are checked before they reach it. So limit the run ids too.
        var own = experiment is null ? null : $"{experiment[..Math.Min(experiment.Length, MaxPrefix - 1)]}-";
        key = key with { Prefix = prefix ?? own, Experiment = experiment };
        KeyFile.Write(path, [.. KeyFile.Read(path), key]);
        output.WriteLine($"{key.Id}: {secret}");
        output.WriteLine("The key is shown only once. Send it in the X-Api-Key header.");
        if (key.Prefix is not null)
        {
            var within = experiment is null ? "" : $", in experiment '{experiment}'";
            output.WriteLine($"It may only write to runs whose ids start with '{key.Prefix}'{within}.");
        }
        return 0;
    }

    private static KeyScopes ParseScope(string name) =>
        Enum.TryParse<KeyScopes>(name, ignoreCase: true, out var scope) && Enum.IsDefined(scope) && !char.IsDigit(name[0])
            ? scope
            : KeyScopes.None;

    private static void List(string path, TextWriter output)
    {
        foreach (var key in KeyFile.Read(path))
        {
            var scopes = string.Join(',', key.Scopes.Select(scope => scope.ToString().ToLowerInvariant()));
            var runs = key.Prefix is null ? "" : $"  runs {key.Prefix}*";
            var experiment = key.Experiment is null ? "" : $"  experiment {key.Experiment}";
            var until = key.ExpiresAt is { } end ? $"until {end:yyyy-MM-dd}" : "no expiry";
            output.WriteLine($"{key.Id}  {scopes}{runs}{experiment}  {key.CreatedAt:yyyy-MM-dd}  {until}  {key.Name}");
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
