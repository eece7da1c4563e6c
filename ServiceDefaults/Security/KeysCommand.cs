using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Trainyard.Contracts;
using Trainyard.ServiceDefaults.Commands;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>Creates, lists and revokes API keys: <c>keys create|list|revoke</c>.</summary>
public static class KeysCommand
{
    private const int MaxDays = 36_500;
    private const int MaxName = 128;

    // A generated run id appends 13 characters.
    private const int MaxPrefix = 64;

    private static readonly string CreateRule = "A key needs --name (1 to 128 characters) and --scope (ingest, job, read, admin, or a "
        + $"comma-separated list); --days must be from 1 to {MaxDays}.";

    private static readonly string LimitRule = $"--prefix must have 1 to {MaxPrefix} characters from A-Z, a-z, 0-9, '.', '_' and '-'; "
        + "--experiment must be an id.";

    public static Command Create() => new("keys", "create, list and revoke the API keys in SECURITY__KEYS_FILE")
    {
        CreateVerb(),
        ListVerb(),
        RevokeVerb(),
    };

    private static Command CreateVerb()
    {
        var name = new Option<string>("--name") { HelpName = "NAME", Description = "what the key is for", Required = true };
        name.Validators.Add(result => Require(result, result.GetValue(name) is { Length: > 0 and <= MaxName }, CreateRule));
        var scopes = new Option<List<KeyScopes>>("--scope")
        {
            HelpName = "ingest|job|read|admin",
            Description = "what the key may do; several scopes with commas between them",
            Arity = ArgumentArity.ExactlyOne,
            Required = true,
            CustomParser = ParseScopes,
        };
        var days = new Option<int?>("--days") { HelpName = "N", Description = "days until the key expires", CustomParser = ParseDays };
        var prefix = new Option<string>("--prefix") { HelpName = "PREFIX", Description = "limit writes to run ids with a prefix" };
        prefix.Validators.Add(
            result => Require(result, result.GetValue(prefix) is { Length: <= MaxPrefix } text && Identifier.IsValid(text), LimitRule));
        var experiment = new Option<string>("--experiment") { HelpName = "ID", Description = "limit writes to one experiment" };
        experiment.Validators.Add(result => Require(result, Identifier.IsValid(result.GetValue(experiment) ?? ""), LimitRule));
        var command = new Command("create", "create a key and show it once") { name, scopes, days, prefix, experiment };
        command.SetAction(parsed => WithKeyFile(parsed, path => AddKey(
            path,
            parsed.GetRequiredValue(name),
            parsed.GetRequiredValue(scopes),
            parsed.GetValue(days),
            parsed.GetValue(prefix),
            parsed.GetValue(experiment),
            parsed.InvocationConfiguration)));
        return command;
    }

    private static Command ListVerb()
    {
        var command = new Command("list", "list the keys");
        command.SetAction(parsed => WithKeyFile(parsed, path => List(path, parsed.InvocationConfiguration.Output)));
        return command;
    }

    private static Command RevokeVerb()
    {
        var id = new Argument<string>("ID") { Description = "the key's id, as list shows it" };
        var command = new Command("revoke", "revoke a key, within a second") { id };
        command.SetAction(parsed => WithKeyFile(parsed, path => Revoke(path, parsed.GetRequiredValue(id), parsed.InvocationConfiguration)));
        return command;
    }

    private static void Require(SymbolResult result, bool valid, string rule)
    {
        if (!valid)
        {
            result.AddError(rule);
        }
    }

    private static List<KeyScopes> ParseScopes(ArgumentResult result)
    {
        List<KeyScopes> scopes = [.. result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries).Select(ParseScope)];
        Require(result, !scopes.Contains(KeyScopes.None), CreateRule);
        return scopes;
    }

    private static int? ParseDays(ArgumentResult result)
    {
        var valid = int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var days);
        Require(result, valid && days is >= 1 and <= MaxDays, CreateRule);
        return days;
    }

    private static int WithKeyFile(ParseResult parsed, Func<string, int> run)
    {
        var errors = parsed.InvocationConfiguration.Error;
        if (HostCommand.ConfigurationOf(parsed)[$"{SecurityOptions.Section}:KEYS_FILE"] is not { Length: > 0 } path)
        {
            errors.WriteLine("SECURITY__KEYS_FILE is not set. Set it to the same key file here and for the gateway.");
            return 1;
        }
        try
        {
            return run(path);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(exception.Message);
            return 1;
        }
    }

    private static int AddKey(
        string path, string name, List<KeyScopes> scopes, int? days, string? prefix, string? experiment, InvocationConfiguration console)
    {
        var writes = scopes.Exists(scope => scope is KeyScopes.Ingest or KeyScopes.Job) && !scopes.Contains(KeyScopes.Admin);
        if ((prefix ?? experiment) is not null && !writes)
        {
            console.Error.WriteLine("--prefix and --experiment limit what a key of scope ingest or job can write to. "
                + "They can't limit scope admin or read.");
            return 2;
        }
        var now = DateTimeOffset.UtcNow;
        var (key, secret) = ApiKey.Create(name, scopes, now, days is { } lasting ? now.AddDays(lasting) : null);
        // Only the store knows an experiment's runs, and requests are checked before they reach it. So limit the run ids too.
        var own = experiment is null ? null : $"{experiment[..Math.Min(experiment.Length, MaxPrefix - 1)]}-";
        key = key with { Prefix = prefix ?? own, Experiment = experiment };
        KeyFile.Write(path, [.. KeyFile.Read(path), key]);
        var output = console.Output;
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

    private static int List(string path, TextWriter output)
    {
        foreach (var key in KeyFile.Read(path))
        {
            var scopes = string.Join(',', key.Scopes.Select(scope => scope.ToString().ToLowerInvariant()));
            var runs = key.Prefix is null ? "" : $"  runs {key.Prefix}*";
            var experiment = key.Experiment is null ? "" : $"  experiment {key.Experiment}";
            var until = key.ExpiresAt is { } end ? $"until {end:yyyy-MM-dd}" : "no expiry";
            output.WriteLine($"{key.Id}  {scopes}{runs}{experiment}  {key.CreatedAt:yyyy-MM-dd}  {until}  {key.Name}");
        }
        return 0;
    }

    private static int Revoke(string path, string id, InvocationConfiguration console)
    {
        var keys = KeyFile.Read(path);
        if (keys.All(key => key.Id != id))
        {
            console.Error.WriteLine($"There is no key '{id}'.");
            return 1;
        }
        KeyFile.Write(path, [.. keys.Where(key => key.Id != id)]);
        console.Output.WriteLine($"{id} is revoked.");
        return 0;
    }
}
