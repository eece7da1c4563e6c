using Trainyard.EventIngest;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Messaging;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddEventIngest();
builder.AddBus();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapEventIngest();
app.Run();
