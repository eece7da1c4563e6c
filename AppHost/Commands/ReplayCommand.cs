using Trainyard.Contracts;

namespace Trainyard.AppHost.Commands;

internal static class ReplayCommand
{
    /// <summary>Moves failed messages back to their queue.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> WithReplayCommand(
        this IResourceBuilder<IResourceWithConnectionString> broker) =>
        broker.WithCommand("replay-errors", "Retry failed messages", async context =>
        {
            var connectionString = await broker.Resource.GetConnectionStringAsync(context.CancellationToken);
            return await ProjectCommand.RunAsync<Projects.ExperimentStore>(
                ["errors", "replay"], new() { [$"ConnectionStrings__{ResourceNames.RabbitMq}"] = connectionString }, context);
        }, new CommandOptions
        {
            Description = "Moves event batches that could not be stored back to their queue.",
            IconName = "ArrowRepeatAll",
            UpdateState = OnlyWhenHealthy.State,
        });
}
