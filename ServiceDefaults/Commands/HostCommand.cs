using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Configuration;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ServiceDefaults.Commands;

/// <summary>The command line of a program.</summary>
#pragma warning disable CA1010 // RootCommand is enumerable only for collection initializers.
public sealed class HostCommand : RootCommand
#pragma warning restore CA1010
{
    private const string Setting = "--SECTION:KEY";

    // No response files and no bundled letters: @file and -ab have no special meaning.
    private static readonly ParserConfiguration Parser = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    private readonly bool withSettings;

    /// <param name="description">The first lines of <c>--help</c>.</param>
    /// <param name="withSettings">Whether each command accepts settings as <c>--SECTION:KEY=V</c>.</param>
    public HostCommand(string description, bool withSettings = true) : base(description)
    {
        this.withSettings = withSettings;
        Directives.Clear();
        Options.Remove(Options.OfType<VersionOption>().Single());
        if (withSettings)
        {
            Options.Add(new Option<string[]>(Setting)
            {
                HelpName = "V",
                Description = "any setting, as in --APP:DATA_ROOT=/srv/trainyard; or environment variable APP__DATA_ROOT",
                Recursive = true,
            });
        }
    }

    /// <summary>Runs the command that the arguments name. Prints one line if they are wrong.</summary>
    /// <param name="args">The arguments of the program.</param>
    /// <param name="output">Receives what the command prints; the console's if null.</param>
    /// <param name="errors">Receives why it failed; the console's if null.</param>
    /// <returns>The command's exit code, or 2 if the arguments are wrong.</returns>
    public Task<int> RunAsync(IReadOnlyList<string> args, TextWriter? output = null, TextWriter? errors = null) =>
        RunAsync(ParseArguments(args), output, errors);

    public ParseResult ParseArguments(IReadOnlyList<string> args) => Parse(withSettings ? MarkSettings(args) : args, Parser);

    /// <summary>
    /// Runs the parsed command. Prints one line if its arguments are wrong. Files that the command writes are readable by this process's
    /// user only.
    /// </summary>
    public static async Task<int> RunAsync(ParseResult parsed, TextWriter? output = null, TextWriter? errors = null)
    {
        // Must come before the first file is written.
        FileMask.Restrict();
        (output, errors) = (output ?? Console.Out, errors ?? Console.Error);
        if (FindMistake(parsed) is { } mistake)
        {
            await errors.WriteLineAsync(mistake);
            return 2;
        }
        return await parsed.InvokeAsync(new()
        {
            // The host handles its own failures and signals.
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = output,
            Error = errors,
        });
    }

    /// <summary>What is wrong with the arguments, in one line; null if nothing is.</summary>
    public static string? FindMistake(ParseResult parsed)
    {
        if (parsed.Action is HelpAction)
        {
            return null;
        }
        string[] mistakes = FindUnknown(parsed) is { } unknown
            ? [$"Unrecognized command or argument '{unknown}'."]
            : [.. parsed.Errors.Select(error => error.Message.ReplaceLineEndings(" ")).Distinct()];
        return mistakes is [] ? null : $"{string.Join(' ', mistakes)} See --help.";
    }

    /// <summary>The arguments that are settings, in the form in which they were given.</summary>
    public static string[] SettingsOf(ParseResult parsed) => parsed.GetValue<string[]>(Setting) ?? [];

    /// <summary>The environment, and over it the settings of the command line.</summary>
    public static IConfiguration ConfigurationOf(ParseResult parsed) =>
        new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(SettingsOf(parsed)).Build();

    /// <summary>Turns <c>--SECTION:KEY=V</c> into a value of the option for settings, unless it is an option of a command.</summary>
    private List<string> MarkSettings(IReadOnlyList<string> args)
    {
        var options = OptionNames(this).ToHashSet(StringComparer.Ordinal);
        var marked = new List<string>(args.Count);
        foreach (var arg in args)
        {
            var end = arg.IndexOf('=', StringComparison.Ordinal);
            if (end > 2 && arg.StartsWith("--", StringComparison.Ordinal) && !options.Contains(arg[..end]))
            {
                marked.Add(Setting);
            }
            marked.Add(arg);
        }
        return marked;
    }

    private static IEnumerable<string> OptionNames(Command command) =>
        command.Options.Select(option => option.Name).Concat(command.Subcommands.SelectMany(OptionNames));

    /// <summary>
    /// Finds an argument that the library would accept: an unknown option in place of an argument, a directive, or a subcommand after
    /// options of its parent.
    /// </summary>
    private static string? FindUnknown(ParseResult parsed)
    {
        var child = parsed.CommandResult;
        while (child.Parent is CommandResult parent)
        {
            if (parent.Children.Any(given => given is ArgumentResult or OptionResult { Implicit: false, Option.Recursive: false }))
            {
                return child.IdentifierToken.Value;
            }
            child = parent;
        }
        return parsed.Tokens.Where(token => token.Type is TokenType.Directive)
            .Concat(parsed.CommandResult.Children.OfType<ArgumentResult>()
                .Where(argument => !argument.Argument.CaptureRemainingTokens)
                .SelectMany(argument => argument.Tokens)
                .Where(token => token.Value is ['-', _, ..]))
            .FirstOrDefault()?.Value;
    }
}
