import { KeyForm } from "./KeyForm";
import { Panel } from "./Panel";

/** Takes the place of every page while the API refuses the key. */
export const SignIn = ({ reason }: { readonly reason: string }) => (
  <Panel title="Sign in">
    <div className="notice warning" role="alert">
      {reason}
    </div>
    <KeyForm submitLabel="sign in" onSaved={() => location.reload()} />
    <div className="notice muted">
      Keys are created by whoever runs Trainyard (SECURITY__API_KEY, or the command keys). This browser keeps yours.
    </div>
  </Panel>
);
