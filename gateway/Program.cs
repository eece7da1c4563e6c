using Trainyard.Gateway;
using Trainyard.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddGateway();

var app = builder.Build();
app.UsePublicPaths();
app.MapDefaultEndpoints();
app.RefuseForeignPages();
app.MapGateway();
app.Run();
