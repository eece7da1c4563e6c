using Microsoft.Extensions.Configuration;
using Trainyard.Contracts;

namespace Trainyard.AppHost;

internal static class ApiKey
{
    private const string Name = "api-key";
    private const int GeneratedLength = 32;

    /// <summary>
    /// Trainyard's API key: <c>Parameters:api-key</c>. If unset, a run generates one and stores it in the user secrets; publishing prompts
    /// for one.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddApiKey(this IDistributedApplicationBuilder builder)
    {
        var given = Given(builder.Configuration);
        var key = builder.ExecutionContext.IsPublishMode || given is not null
            ? builder.AddParameter(Name, secret: true)
            : builder.AddParameter(
                Name, new GenerateParameterDefault { MinLength = GeneratedLength, Special = false }, secret: true, persist: true);
        return key.WithDescription(
            "Trainyard's API key. Enter it in the dashboard under Settings; programs send it in the `X-Api-Key` header.",
            enableMarkdown: true);
    }

    public static IEnumerable<string> Errors(IConfiguration settings)
    {
        if (Given(settings) is { Length: < ApiKeyLimits.MinLength } given)
        {
            yield return $"Parameters__api_key has {given.Length} characters. An API key needs at least {ApiKeyLimits.MinLength}. "
                + "Choose a longer one, or remove the setting to generate one.";
        }
    }

    public static IResourceBuilder<ProjectResource> WithApiKey(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<ParameterResource> key) =>
        service.WithEnvironment("SECURITY__API_KEY", key);

    // Environment variables can't contain hyphens, hence api_key.
    private static string? Given(IConfiguration settings) => settings[$"Parameters:{Name}"] ?? settings["Parameters:api_key"];
}
