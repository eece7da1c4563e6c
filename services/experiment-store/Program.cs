using Trainyard.ExperimentStore;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddExperimentStore();
builder.AddBus();

await using var app = builder.Build();
app.MapDefaultEndpoints();
app.MapExperimentStore();
await app.RunAsync();
