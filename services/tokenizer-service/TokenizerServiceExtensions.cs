using Microsoft.Extensions.DependencyInjection.Extensions;
using Trainyard.ServiceDefaults.Configuration;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.TokenizerService.Catalog;
using Trainyard.TokenizerService.Coding;
using Trainyard.TokenizerService.Training;

namespace Trainyard.TokenizerService;

/// <summary>The tokenizer service: training, encoding and decoding.</summary>
public static class TokenizerServiceExtensions
{
    public static TBuilder AddTokenizerService<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSettings<TokenizerOptions>(TokenizerOptions.Section);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<TokenizerCatalog>();
        builder.Services.AddSingleton<TokenizerUse>();
        builder.Services.AddSingleton<LoadedTokenizers>();
        builder.Services.AddSingleton<TrainingQueue>();
        builder.Services.AddSingleton<TokenizerTraining>();
        builder.Services.AddHostedService<TrainingWorker>();
        return builder;
    }

    public static IEndpointRouteBuilder MapTokenizerService(this IEndpointRouteBuilder endpoints)
    {
        var tokenizers = endpoints.MapGroup("/api/tokenizers").WithTags("Tokenizers").AnswerHead();
        tokenizers.MapTraining();
        tokenizers.MapCatalog();
        tokenizers.MapCoding();
        return endpoints;
    }
}
