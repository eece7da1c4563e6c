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
        // Environment variables can't contain hyphens, hence Parameters__api_key.
        var given = builder.Configuration[$"Parameters:{Name}"] ?? builder.Configuration["Parameters:api_key"];
        if (given is { Length: < ApiKeyLimits.MinLength })
        {
            throw new DistributedApplicationException(
                $"Parameters:{Name} has {given.Length} characters. An API key needs at least {ApiKeyLimits.MinLength}. "
                + "Choose a longer one, or remove the setting to generate one.");
        }
        var key = builder.ExecutionContext.IsPublishMode || given is not null
            ? builder.AddParameter(Name, secret: true)
            : builder.AddParameter(
                Name, new GenerateParameterDefault { MinLength = GeneratedLength, Special = false }, secret: true, persist: true);
        return key.WithDescription(
            "Trainyard's API key. Enter it in the dashboard under Settings; programs send it in the `X-Api-Key` header.",
            enableMarkdown: true);
    }

    public static IResourceBuilder<ProjectResource> WithApiKey(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<ParameterResource> key) =>
        service.WithEnvironment("SECURITY__API_KEY", key);
}
