import "@fontsource/jetbrains-mono/400.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { Link, Route, Switch } from "wouter";
import { Problem } from "./api/problem";
import { live } from "./live/socket";
import { OverviewPage } from "./runs/OverviewPage";
import { RunPage } from "./runs/RunPage";
import { SettingsPage } from "./shell/SettingsPage";
import { Shell } from "./shell/Shell";
import "./theme/theme.css";
import "./theme/layout.css";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1000,
      // What Trainyard refused it will refuse again.
      retry: (failures, error) => failures < 3 && !(error instanceof Problem && error.status < 500),
    },
  },
});

function App() {
  useEffect(() => live.start(), []);
  return (
    <QueryClientProvider client={client}>
      <Shell>
        <Switch>
          <Route path="/" component={OverviewPage} />
          <Route path="/runs/:runId">{({ runId }) => <RunPage key={runId} runId={runId} />}</Route>
          <Route path="/settings" component={SettingsPage} />
          <Route>
            <div className="notice">
              There is no such page. <Link href="/">Go to the overview.</Link>
            </div>
          </Route>
        </Switch>
      </Shell>
    </QueryClientProvider>
  );
}

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
