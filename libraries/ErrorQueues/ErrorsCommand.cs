using Microsoft.Extensions.Configuration;
using RabbitMQ.Client.Exceptions;
using Trainyard.Contracts;

namespace Trainyard.ErrorQueues;

/// <summary>Lists failed messages and replays them: <c>errors list|replay</c>.</summary>
public static class ErrorsCommand
{
    private const int MaxListed = 100;

    private const string Usage = $"""
          errors list [QUEUE]               list failed messages of a service's queue; QUEUE defaults to {EndpointNames.EventBatches}
          errors replay [QUEUE] [--id ID]   send all of them, or one, to the queue again
        """;

    /// <summary>Whether the command line asks for this command.</summary>
    public static bool IsAskedFor(string[] args) => args is ["errors", ..];

    /// <summary>Runs the command on the broker of <c>ConnectionStrings__rabbitmq</c>.</summary>
    /// <param name="args">The command line, with <c>errors</c> first.</param>
    /// <param name="settings">The environment and the options of the command line: the broker's address, and <c>id</c>.</param>
    /// <param name="output">Receives the messages or their count.</param>
    /// <param name="errors">Receives one line if the command fails.</param>
    /// <returns>The exit code: 0 for success, 1 for a failure, 2 for an unknown verb.</returns>
    public static async Task<int> RunAsync(string[] args, IConfiguration settings, TextWriter output, TextWriter errors)
    {
        if (settings.GetConnectionString(ResourceNames.RabbitMq) is not { Length: > 0 } connectionString)
        {
            await errors.WriteLineAsync($"ConnectionStrings__{ResourceNames.RabbitMq} is not set. Set it to the broker's address.");
            return 1;
        }
        var queue = args.Length > 2 && !args[2].StartsWith("--", StringComparison.Ordinal) ? args[2] : EndpointNames.EventBatches;
        try
        {
            await using var failed = await ErrorQueueClient.OpenAsync(connectionString, CancellationToken.None);
            switch (args)
            {
                case [_, "list", ..]:
                    var count = await failed.CountAsync(queue, CancellationToken.None);
                    foreach (var message in await failed.ListAsync(queue, MaxListed, CancellationToken.None))
                    {
                        await output.WriteLineAsync(
                            $"{message.Id}  {message.FailedAt}  {message.Bytes:N0} bytes  {message.Type}  {message.Reason}");
                    }
                    await output.WriteLineAsync($"{count} failed in {queue}");
                    return 0;
                case [_, "replay", ..]:
                    var replayed = await failed.ReplayAsync(queue, settings["id"], CancellationToken.None);
                    await output.WriteLineAsync($"{replayed} sent to {queue} again");
                    return 0;
                default:
                    await errors.WriteLineAsync(Usage);
                    return 2;
            }
        }
        catch (Exception exception) when (exception
            is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or UriFormatException)
        {
            await errors.WriteLineAsync($"The broker can't be reached: {exception.GetBaseException().Message}");
            return 1;
        }
        catch (PublishException refused)
        {
            // Messages are acknowledged only after the confirm, so a rejected one is still in the error queue.
            var reason = refused.IsReturn ? "there is no such queue" : "it is full";
            await errors.WriteLineAsync($"{queue} accepts no messages now ({reason}). Messages not sent are still in the error queue.");
            return 1;
        }
    }
}
