// docs/getting-started.md through the client that Kiota makes of the OpenAPI document: dotnet run -- ADDRESS CORPUS
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Trainyard.Client;
using Trainyard.Client.Api.Events.Ml;
using Trainyard.Client.Models;
using EventModel = Trainyard.Client.Models.MlEvent;

using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider()) { BaseUrl = args[0].TrimEnd('/') };
var api = new TrainyardApi(adapter).Api;

var accepted = await api.Tokenizers.Train.PostAsync(new TokenizerConfig { CorpusPath = args[1], VocabSize = 512 });
var tokenizer = Given(accepted?.TokenizerId);
await UntilAsync(async () => (await api.Tokenizers[tokenizer].GetAsync())?.Status is TokenizerStatus.Completed);

var queued = await api.Runs.Train.PostAsync(new TrainingConfig
{
    TokenizerId = tokenizer,
    CorpusPath = args[1],
    ModelSize = TrainingConfig_model_size.Nano,
    MaxSteps = 4,
});
var run = Given(queued?.RunId);
await UntilAsync(async () => (await api.Runs[run].GetAsync())?.Status is RunStatus.Completed);

var metrics = await api.Runs[run].Metrics.GetAsync(request => request.QueryParameters.Keys = ["train_loss"]);
Require(metrics?.Series is [{ Points.Count: > 0 }], "The run has no curve.");
var sample = await api.Runs[run].Generate.PostAsync(new GenerateRequest { Prompt = "Once upon", MaxNewTokens = 5 });
Require(sample?.RunId == run, "The run has no text.");

// Kiota makes one class of all kinds of event, so what belongs to one kind goes into its additional data.
var posted = await api.Events.Ml.PostAsync(new MlRequestBuilder.MlPostRequestBody
{
    MlPostRequestBodyMlEvent = new EventModel
    {
        TrialId = "typed",
        Measurements = new MlEvent_measurements { AdditionalData = { ["loss"] = 0.5 } },
        AdditionalData =
        {
            ["event"] = "ml.run.metric",
            ["metadata"] = new UntypedObject(new Dictionary<string, UntypedNode> { ["step"] = new UntypedInteger(1) }),
        },
    },
});
Require(posted?.Accepted == 1, "The event was not accepted.");

try
{
    await api.Runs["nothing"].GetAsync();
    throw new InvalidOperationException("A run that is not there was found.");
}
catch (Problem problem)
{
    Require(problem.Code == Problem_code.RUN_NOT_FOUND, $"The code is {problem.Code}.");
}
Console.WriteLine("done");

static string Given(string? value) => value ?? throw new InvalidOperationException("An id is missing.");

static void Require(bool holds, string message)
{
    if (!holds)
    {
        throw new InvalidOperationException(message);
    }
}

static async Task UntilAsync(Func<Task<bool>> satisfied)
{
    for (var tries = 0; !await satisfied(); tries++)
    {
        Require(tries < 600, "It took too long.");
        await Task.Delay(200);
    }
}
