using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Trainyard.ServiceDefaults.Configuration;

public static class SettingsExtensions
{
    /// <summary>Binds a settings section and validates it at startup. Each failure names the setting.</summary>
    public static OptionsBuilder<T> AddSettings<T>(this IServiceCollection services, string section) where T : class
    {
        services.AddSingleton<IValidateOptions<T>, Annotations<T>>();
        return services.AddOptions<T>()
            .Configure<IConfiguration>((options, configuration) =>
            {
                var values = configuration.GetSection(section);
                RequireTypes<T>(values, section);
                DurationSettings.Converted(values, typeof(T)).Bind(options);
            })
            .ValidateOnStart();
    }

    /// <summary>Reads an enum setting before options are validated, for choices of what to register in the host.</summary>
    /// <exception cref="OptionsValidationException">The value is not a member of the enum.</exception>
    public static T GetWord<T>(this IConfiguration configuration, string section, string key, T unset) where T : struct, Enum =>
        configuration[$"{section}:{key}"] is not { Length: > 0 } value ? unset
        : Enum.TryParse<T>(value, ignoreCase: true, out var word) && Enum.IsDefined(word) ? word
        : throw new OptionsValidationException(section, typeof(T), [$"{section}__{key} must be {Rule(typeof(T))}, not '{value}'."]);

    private static void RequireTypes<T>(IConfigurationSection section, string name)
    {
        var failures = (from property in typeof(T).GetProperties()
                        let key = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name
                        where key is not null
                        let value = section[key]
                        where value is { Length: > 0 } && !IsOf(property.PropertyType, key, value)
                        select $"{name}__{key} must be {Rule(property.PropertyType)}, not '{value}'.").ToList();
        if (failures.Count > 0)
        {
            throw new OptionsValidationException(name, typeof(T), failures);
        }
    }

    private static bool IsOf(Type type, string key, string value)
    {
        if (type == typeof(TimeSpan))
        {
            return DurationSettings.Parse(key, value) is not null;
        }
        try
        {
            return TypeDescriptor.GetConverter(type) is not { } converter || !converter.CanConvertFrom(typeof(string))
                || converter.ConvertFromInvariantString(value) is not null;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Rule(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } words => $"one of {string.Join(", ", Enum.GetNames(words))}",
        var simple when simple == typeof(bool) => "true or false",
        var simple when simple == typeof(int) || simple == typeof(long) => "a whole number",
        _ => "a number",
    };

    private sealed class Annotations<T> : IValidateOptions<T> where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var results = new List<ValidationResult>();
            return Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(results.Select(result => result.ErrorMessage ?? string.Join(", ", result.MemberNames)));
        }
    }
}
