using System.CommandLine;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client.Exceptions;
using Trainyard.Contracts;
using Trainyard.StartChecks;

namespace Trainyard.ErrorQueues;

/// <summary>Lists failed messages and replays them: <c>errors list|replay</c>.</summary>
public static class ErrorsCommand
{
    private const int MaxListed = 100;

    /// <summary>
    /// The command, which works on the broker of <c>ConnectionStrings__rabbitmq</c>. Its exit code is 0 for success and 1 for a failure,
    /// which it reports in one line.
    /// </summary>
    /// <param name="settings">Reads the broker's address: the environment and the settings of the command line.</param>
    public static Command Create(Func<ParseResult, IConfiguration> settings) => new("errors", "list and replay messages that failed")
    {
        ListVerb(settings),
        ReplayVerb(settings),
    };

    private static Command ListVerb(Func<ParseResult, IConfiguration> settings)
    {
        var queue = QueueArgument();
        var command = new Command("list", "list the failed messages of a service's queue") { queue };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, settings, queue, async (failed, name) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var count = await failed.CountAsync(name, cancellation);
            foreach (var message in await failed.ListAsync(name, MaxListed, cancellation))
            {
                await output.WriteLineAsync(
                    $"{message.Id}  {message.FailedAt}  {message.Bytes:N0} bytes  {message.Type}  {message.Reason}");
            }
            await output.WriteLineAsync($"{count} failed in {name}");
        }));
        return command;
    }

    private static Command ReplayVerb(Func<ParseResult, IConfiguration> settings)
    {
        var queue = QueueArgument();
        var id = new Option<string>("--id") { HelpName = "ID", Description = "the only message to send; all of them without it" };
        var command = new Command("replay", "send failed messages to their queue again") { queue, id };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, settings, queue, async (failed, name) =>
        {
            var replayed = await failed.ReplayAsync(name, parsed.GetValue(id), cancellation);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{replayed} sent to {name} again");
        }));
        return command;
    }

    private static Argument<string> QueueArgument() => new("QUEUE")
    {
        Description = "the queue that handles the messages",
        DefaultValueFactory = _ => EndpointNames.EventBatches,
    };

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Func<ParseResult, IConfiguration> settings,
        Argument<string> queueArgument,
        Func<ErrorQueueClient, string, Task> run)
    {
        var errors = parsed.InvocationConfiguration.Error;
        var connectionString = settings(parsed).GetConnectionString(ResourceNames.RabbitMq) ?? "";
        if (ConnectionString.Error(ResourceNames.RabbitMq, connectionString) is { } error)
        {
            await errors.WriteLineAsync(error);
            return 1;
        }
        var queue = parsed.GetRequiredValue(queueArgument);
        try
        {
            await using var failed = await ErrorQueueClient.OpenAsync(connectionString, CancellationToken.None);
            await run(failed, queue);
            return 0;
        }
        catch (Exception exception) when (exception
            is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException)
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
