using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.TrainerWorker;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddTrainerWorker();
builder.AddBus();

await using var app = builder.Build();
app.MapDefaultEndpoints();
app.MapTrainerWorker();
await app.RunAsync();
