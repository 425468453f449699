"""Models of any number of activities, in a row, side by side and as choices, in the notation of `tests.bpmn.models`."""


def conditional(source: str, target: str) -> str:
    condition = "<conditionExpression>${x}</conditionExpression>"
    return (
        f'<sequenceFlow id="c_{source}_{target}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>'
    )


def linear(number: int) -> str:
    keys = [f"a{index}" for index in range(number)]
    return "s startEvent\n" + "\n".join(f"{key} task" for key in keys) + "\n" + " -> ".join(["s", *keys])


def wide(number: int) -> str:
    branches = "\n".join(f"a{index} task\nf -> a{index} -> j" for index in range(number))
    return f"s startEvent\nf parallelGateway\nj parallelGateway\ns -> f\n{branches}"


def choices(number: int) -> str:
    """Parallel branches that each choose one of two ends: more markings than can ever be looked at."""
    parts = ["s startEvent", "f parallelGateway", "s -> f"]
    for index in range(number):
        parts += [f"x{index} exclusiveGateway default='x{index}_a{index}'", f"a{index} endEvent", f"b{index} endEvent"]
        parts += [f"f -> x{index} -> a{index}", conditional(f"x{index}", f"b{index}")]
    return "\n".join(parts)
