using Trainyard.ServiceDefaults;
using Trainyard.TokenizerService;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddTokenizerService();

await using var app = builder.Build();
app.MapDefaultEndpoints();
app.MapTokenizerService();
await app.RunAsync();
