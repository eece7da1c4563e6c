using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Trainyard.Contracts;

namespace Trainyard.Standalone.Embedded;

/// <summary>The embedded Redis's address, for other programs on this machine.</summary>
internal sealed class EmbeddedRedisOptions
{
    private const string Section = "EMBEDDED_REDIS";

    /// <summary>The port; a free one when unset.</summary>
    [Range(1, 65535, ErrorMessage = "EMBEDDED_REDIS__PORT must be from {1} to {2}.")]
    public int? Port { get; init; }

    /// <summary>The password; a random one when unset.</summary>
    [MinLength(ApiKeyLimits.MinLength, ErrorMessage = "EMBEDDED_REDIS__PASSWORD must have at least {1} characters.")]
    [RegularExpression("[^\\s,]*", ErrorMessage = "EMBEDDED_REDIS__PASSWORD must have no spaces or commas.")]
    public string? Password { get; init; }

    /// <summary>Reads the settings before the host is built, because Redis starts before it.</summary>
    /// <exception cref="StartException">A setting is invalid.</exception>
    public static EmbeddedRedisOptions Of(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (section[nameof(Port)] is { } port && !int.TryParse(port, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
        {
            throw new StartException($"EMBEDDED_REDIS__PORT must be a whole number, not '{port}'.");
        }
        var options = section.Get<EmbeddedRedisOptions>() ?? new();
        List<ValidationResult> problems = [];
        return Validator.TryValidateObject(options, new(options), problems, validateAllProperties: true)
            ? options
            : throw new StartException(string.Join(" ", problems.Select(problem => problem.ErrorMessage)));
    }
}
