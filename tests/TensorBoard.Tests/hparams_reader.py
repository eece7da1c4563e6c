"""Prints what TensorBoard's HPARAMS tab and its charts show of a log folder: its own backend, asked as its pages ask it."""

import json
import sys

try:
    from tensorboard import context
    from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
    from tensorboard.data import provider
    from tensorboard.plugins import base_plugin
    from tensorboard.plugins.hparams import api_pb2, backend_context, get_experiment, list_session_groups
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)

log_folder = sys.argv[1]
events = plugin_event_multiplexer.EventMultiplexer()
events.AddRunsFromDirectory(log_folder)
events.Reload()
data = data_provider.MultiplexerDataProvider(events, log_folder)
backend = backend_context.Context(base_plugin.TBContext(logdir=log_folder, multiplexer=events, data_provider=data))
request = context.RequestContext()

experiment = get_experiment.Handler(request, backend, "", api_pb2.GetExperimentRequest(include_metrics=True)).run()
columns = [api_pb2.ColParams(hparam=info.name, include_in_result=True) for info in experiment.hparam_infos]
columns += [api_pb2.ColParams(metric=info.name, include_in_result=True) for info in experiment.metric_infos]
wanted = api_pb2.ListSessionGroupsRequest(
    col_params=columns, slice_size=100, allowed_statuses=list(api_pb2.Status.values()), include_metrics=True
)
groups = list_session_groups.Handler(request, backend, "", wanted).run().session_groups


def plain(value):
    return getattr(value, value.WhichOneof("kind"))


def scalars(run):
    read = data.read_scalars(
        request,
        experiment_id="",
        plugin_name="scalars",
        downsample=10_000,
        run_tag_filter=provider.RunTagFilter(runs=[run]),
    )
    return {tag: [[datum.step, datum.value] for datum in series] for tag, series in read.get(run, {}).items()}


for group in groups:
    for session in group.sessions:
        print(
            json.dumps(
                {
                    "run": session.name,
                    "status": api_pb2.Status.Name(session.status),
                    "hparams": {name: plain(value) for name, value in group.hparams.items()},
                    "metrics": {metric.name.tag: metric.value for metric in session.metric_values},
                    "scalars": scalars(session.name),
                }
            )
        )
