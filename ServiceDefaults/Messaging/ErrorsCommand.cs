using Microsoft.Extensions.Configuration;
using RabbitMQ.Client.Exceptions;
using Trainyard.Contracts;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>Shows messages that could not be handled, and sends them again: <c>errors list|replay</c>.</summary>
public static class ErrorsCommand
{
    private const int MaxListed = 100;

    private const string Usage = $"""
          errors list [QUEUE]               messages that could not be handled; QUEUE is {EndpointNames.EventBatches} (which it is when left out) or another of the services'
          errors replay [QUEUE] [--id ID]   send them, or one, again
        """;

    /// <summary>Whether these arguments are this command.</summary>
    public static bool IsAskedFor(string[] args) => args is ["errors", ..];

    /// <summary>Does what was asked, on the broker of <c>ConnectionStrings__rabbitmq</c>.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        if (settings.GetConnectionString(ResourceNames.RabbitMq) is not { Length: > 0 } connectionString)
        {
            await errors.WriteLineAsync($"ConnectionStrings__{ResourceNames.RabbitMq} is not set: it says where the broker is.");
            return 1;
        }
        var queue = args.Length > 2 && !args[2].StartsWith("--", StringComparison.Ordinal) ? args[2] : EndpointNames.EventBatches;
        try
        {
            await using var failed = await ErrorQueues.OpenAsync(connectionString, CancellationToken.None);
            switch (args)
            {
                case [_, "list", ..]:
                    var count = await failed.CountAsync(queue, CancellationToken.None);
                    foreach (var message in await failed.ListAsync(queue, MaxListed, CancellationToken.None))
                    {
                        await output.WriteLineAsync($"{message.Id}  {message.FailedAt}  {message.Bytes:N0} bytes  {message.Type}  {message.Reason}");
                    }
                    await output.WriteLineAsync($"{count} failed in {queue}");
                    return 0;
                case [_, "replay", ..]:
                    await output.WriteLineAsync($"{await failed.ReplayAsync(queue, settings["id"], CancellationToken.None)} sent to {queue} again");
                    return 0;
                default:
                    await errors.WriteLineAsync(Usage);
                    return 2;
            }
        }
        catch (Exception exception) when (exception is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or UriFormatException)
        {
            await errors.WriteLineAsync($"The broker can't be asked: {exception.GetBaseException().Message}");
            return 1;
        }
        catch (PublishException refused)
        {
            // What was not taken is still among the failed: it is acknowledged there only afterwards.
            await errors.WriteLineAsync($"{queue} takes no messages now ({(refused.IsReturn ? "there is no such queue" : "it is full")}); those not sent are still among the failed.");
            return 1;
        }
    }
}
