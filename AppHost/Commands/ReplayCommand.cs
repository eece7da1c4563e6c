using Trainyard.Contracts;

namespace Trainyard.AppHost.Commands;

internal static class ReplayCommand
{
    /// <summary>Sends the messages that could not be handled to their queue again.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> WithReplayCommand(this IResourceBuilder<IResourceWithConnectionString> broker) =>
        broker.WithCommand("replay-errors", "Retry failed messages", async context =>
        {
            var connectionString = await broker.Resource.GetConnectionStringAsync(context.CancellationToken);
            return await ProjectCommand.RunAsync<Projects.ExperimentStore>(
                ["errors", "replay"], new() { [$"ConnectionStrings__{ResourceNames.RabbitMq}"] = connectionString }, context);
        }, new CommandOptions
        {
            Description = "Sends event batches that could not be stored to their queue again.",
            IconName = "ArrowRepeatAll",
            UpdateState = OnlyWhenHealthy.State,
        });
}
