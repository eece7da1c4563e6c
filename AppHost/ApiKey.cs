using Trainyard.Contracts;

namespace Trainyard.AppHost;

internal static class ApiKey
{
    private const string Name = "api-key";
    private const int GeneratedLength = 32;

    /// <summary>
    /// The key that callers of Trainyard send: <c>Parameters:api-key</c>. Without one, a run makes a key and keeps it in the user secrets; publishing
    /// asks for one.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddApiKey(this IDistributedApplicationBuilder builder)
    {
        // In the environment, where a name has no hyphen, it is Parameters__api_key.
        var given = builder.Configuration[$"Parameters:{Name}"] ?? builder.Configuration["Parameters:api_key"];
        if (given is { Length: < ApiKeyLimits.MinLength })
        {
            throw new DistributedApplicationException(
                $"Parameters:{Name} has {given.Length} characters. An API key needs at least {ApiKeyLimits.MinLength}: choose a longer one, or remove the setting and one is made.");
        }
        var key = builder.ExecutionContext.IsPublishMode || given is not null
            ? builder.AddParameter(Name, secret: true)
            : builder.AddParameter(Name, new GenerateParameterDefault { MinLength = GeneratedLength, Special = false }, secret: true, persist: true);
        return key.WithDescription("The key that Trainyard asks for: its page under Settings, programs in the header `X-Api-Key`.", enableMarkdown: true);
    }

    public static IResourceBuilder<ProjectResource> WithApiKey(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<ParameterResource> key) => service.WithEnvironment("SECURITY__API_KEY", key);
}
