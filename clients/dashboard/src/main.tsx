import "@fontsource/jetbrains-mono/400.css";
// Before the modules, whose rules win over these.
import "./theme/tokens.css";
import "./theme/theme.css";
import "./theme/layout.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, StrictMode, Suspense, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { Link, Route, Switch } from "wouter";
import { Problem } from "./api/problem";
import { live } from "./live/socket";
import { OverviewPage } from "./runs/list/OverviewPage";
import { RunPage } from "./runs/RunPage";
import { Waiting } from "./shell/Notice";
import { Shell } from "./shell/Shell";

// The first page is loaded eagerly, the others when they are opened.
const ComparePage = lazy(() => import("./compare/ComparePage").then((page) => ({ default: page.ComparePage })));
const TokenizersPage = lazy(() => import("./tokenizers/TokenizersPage").then((page) => ({ default: page.TokenizersPage })));
const TokenizerPage = lazy(() => import("./tokenizers/TokenizerPage").then((page) => ({ default: page.TokenizerPage })));
const NewRunPage = lazy(() => import("./newrun/NewRunPage").then((page) => ({ default: page.NewRunPage })));
const ExperimentsPage = lazy(() => import("./experiments/ExperimentsPage").then((page) => ({ default: page.ExperimentsPage })));
const ExperimentPage = lazy(() => import("./experiments/ExperimentPage").then((page) => ({ default: page.ExperimentPage })));
const AlertsPage = lazy(() => import("./alerts/AlertsPage").then((page) => ({ default: page.AlertsPage })));
const EventsPage = lazy(() => import("./events/EventsPage").then((page) => ({ default: page.EventsPage })));
const SystemPage = lazy(() => import("./system/SystemPage").then((page) => ({ default: page.SystemPage })));
const SettingsPage = lazy(() => import("./shell/SettingsPage").then((page) => ({ default: page.SettingsPage })));

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1000,
      // Don't retry a request that the server refused.
      retry: (failures, error) => failures < 3 && !(error instanceof Problem && error.status < 500),
    },
  },
});

function App() {
  useEffect(() => live.start(), []);
  return (
    <QueryClientProvider client={client}>
      <Shell>
        <Suspense fallback={<Waiting />}>
          <Switch>
            <Route path="/" component={OverviewPage} />
            <Route path="/runs/:runId/:view?">{({ runId, view }) => <RunPage key={runId} runId={runId} view={view} />}</Route>
            <Route path="/compare" component={ComparePage} />
            <Route path="/tokenizers" component={TokenizersPage} />
            <Route path="/tokenizers/:tokenizerId">
              {({ tokenizerId }) => <TokenizerPage key={tokenizerId} tokenizerId={tokenizerId} />}
            </Route>
            <Route path="/new" component={NewRunPage} />
            <Route path="/experiments" component={ExperimentsPage} />
            <Route path="/experiments/:experimentId/:view?">
              {({ experimentId, view }) => <ExperimentPage key={experimentId} experimentId={experimentId} view={view} />}
            </Route>
            <Route path="/alerts" component={AlertsPage} />
            <Route path="/events" component={EventsPage} />
            <Route path="/system" component={SystemPage} />
            <Route path="/settings" component={SettingsPage} />
            <Route>
              <div className="notice">
                Page not found. <Link href="/">Go to the overview.</Link>
              </div>
            </Route>
          </Switch>
        </Suspense>
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
