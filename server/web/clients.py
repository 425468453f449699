"""My account, connecting programs: whole programs for each client, with the address of this installation in them."""

from flask import Blueprint, render_template

from server.identity.permissions import Permission, Role
from server.web.client_programs import PROGRAMS
from server.web.configuration import own_address
from server.web.signed_in import acting

blueprint = Blueprint("clients", __name__, url_prefix="/account/clients")


@blueprint.get("")
def page() -> str:
    address = own_address()
    return render_template(
        "clients.html",
        page="/account",
        address=address,
        programs=[(one, one.at(address)) for one in PROGRAMS],
        worker=Role.WORKER.value,
        analyst=Role.ANALYST.value,
        may_work=acting().may(Permission.DO_EXTERNAL_TASKS),
        may_add=acting().may(Permission.ADMINISTER),
    )
