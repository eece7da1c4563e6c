using Trainyard.Backups;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.Standalone.Backups;

internal enum BackupVerb
{
    Take,
    Verify,
    Restore,
}

internal sealed record BackupArguments(BackupVerb Verb, string Folder, string? Since, bool Force, IConfiguration Configuration)
{
    /// <exception cref="BackupException">The arguments are invalid.</exception>
    public static BackupArguments Parse(string[] args)
    {
        var (verb, rest) = args switch
        {
            ["backup", "verify", .. var after] => (BackupVerb.Verify, after),
            ["backup", .. var after] => (BackupVerb.Take, after),
            [_, .. var after] => (BackupVerb.Restore, after),
            [] => throw new BackupException("no command given. See --help."),
        };
        string? folder = null, since = null, data = null;
        var force = false;
        var settings = new List<string>();
        for (var index = 0; index < rest.Length; index++)
        {
            switch (rest[index])
            {
                case "--force" when verb is BackupVerb.Restore:
                    force = true;
                    break;
                case "--data" when verb is not BackupVerb.Verify:
                    data = Value(rest, ref index);
                    break;
                case "--since" when verb is BackupVerb.Take:
                    since = Value(rest, ref index);
                    break;
                case ['-', '-', ..] setting when setting.Contains('=', StringComparison.Ordinal):
                    settings.Add(setting);
                    break;
                case [not '-', ..] path when folder is null:
                    folder = path;
                    break;
                default:
                    throw new BackupException($"unknown argument '{rest[index]}'. See --help.");
            }
        }
        return folder is null
            ? throw new BackupException("the folder is missing. See --help.")
            : new(verb, folder, since, force, Configure(settings, data));
    }

    private static string Value(string[] rest, ref int index) =>
        ++index < rest.Length ? rest[index] : throw new BackupException($"{rest[index - 1]} needs a folder.");

    private static ConfigurationManager Configure(List<string> settings, string? data)
    {
        var configuration = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [.. settings] }).Configuration;
        configuration["DATABASE:PROVIDER"] ??= "sqlite";
        if (data is not null)
        {
            configuration[$"{PathOptions.Section}:DATA_ROOT"] = data;
        }
        return configuration;
    }
}
