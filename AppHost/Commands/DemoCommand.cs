using Microsoft.Extensions.Logging;
using Trainyard.Demo;

namespace Trainyard.AppHost.Commands;

internal static class DemoCommand
{
    /// <summary>Trains a tokenizer and a small model on the text in the corpus folder.</summary>
    public static IResourceBuilder<ProjectResource> WithDemoCommand(
        this IResourceBuilder<ProjectResource> frontDoor, IResourceBuilder<ParameterResource> apiKey)
    {
        var endpoint = frontDoor.GetEndpoint("http");
        return frontDoor.WithCommand("train-demo", "Train the demo", async context =>
        {
            try
            {
                using var http = new HttpClient { BaseAddress = new Uri(endpoint.Url) };
                http.DefaultRequestHeaders.Add("X-Api-Key", await apiKey.Resource.GetValueAsync(context.CancellationToken));
                var demo = new DemoTraining(http, line => context.Logger.LogInformation("demo: {Line}", line));
                var runId = await demo.StartAsync(context.CancellationToken);
                context.Logger.LogInformation("demo: watch it at {Address}", new Uri(http.BaseAddress, $"/runs/{runId}"));
                return CommandResults.Success();
            }
            catch (Exception failure) when (failure is DemoException or HttpRequestException)
            {
                return CommandResults.Failure(failure.Message);
            }
        }, new CommandOptions
        {
            Description = "Trains a tokenizer and a small GPT-2 on the text in the corpus folder. Resumes an existing demo run.",
            IconName = "Play",
            IsHighlighted = true,
            UpdateState = OnlyWhenHealthy.State,
        });
    }
}
