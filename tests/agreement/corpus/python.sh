# The interpreter's own library, and packages of the Python index as their sources or wheels.
python_sources() {
    local library
    library=$(python3 -c 'import os; print(os.path.dirname(os.__file__))')
    (cd "$library" && find . -name '*.py' -not -path '*/site-packages/*' -print0 | xargs -0 cp --parents -t "$folder")
    for package in "$@"; do
        [ -e "$folder/$package.done" ] && continue
        mkdir -p "$folder/$package"
        (cd "$folder/$package" && python3 -m pip download --quiet --no-deps --only-binary :all: "$package" \
            && for archive in *.whl; do python3 -m zipfile -e "$archive" . && rm -f -- "$archive"; done) \
            || { echo "nothing found of $package" >&2; continue; }
        find "$folder/$package" -type f -not -name '*.py' -not -name '*.pyi' -delete
        touch "$folder/$package.done"
    done
}

python_sources django sympy numpy scipy pandas matplotlib sqlalchemy twisted mypy black pylint jedi ansible-core \
    salt scikit-learn networkx tornado aiohttp pydantic fastapi flask werkzeug jinja2 requests urllib3 \
    botocore boto3 sphinx docutils babel pygments pip setuptools poetry hatch tox pytest hypothesis \
    cython numba dask distributed xarray bokeh plotly altair seaborn statsmodels nltk spacy gensim \
    transformers torch tensorflow keras jax flax optax sentry-sdk celery kombu scrapy ipython notebook \
    jupyterlab zope.interface pyramid bottle cherrypy web2py mercurial bzr breezy buildbot kivy pyglet \
    pygame arcade openpyxl xlsxwriter reportlab pdfminer.six lxml beautifulsoup4 html5lib mako \
    google-cloud-storage azure-mgmt-compute apache-airflow superset odoo wagtail saleor prefect dagster \
    homeassistant mitmproxy scapy impacket angr capstone z3-solver textual rich typer click attrs libcst parso

# Gathered when all of the above agreed, for what nobody had looked at.
python_sources zulip nova neutron keystone saltstack trytond frappe django-cms plone.api Products.CMFPlone weblate \
    apache-superset luigi pydantic-core pydantic-ai langchain langchain-core llama-index-core openai anthropic \
    torch-geometric pytorch-lightning ultralytics diffusers accelerate allennlp fairseq detectron2 open3d trimesh \
    pyvista vtk mayavi napari cellpose biopython rdkit openbabel astropy sunpy yt pymc arviz patsy scanpy qiskit \
    cirq pennylane qutip sagemath manim pygame-ce panda3d ursina prompt_toolkit xonsh ptpython pdm conda mkdocs \
    pelican nikola selenium playwright locust robotframework behave hypothesis-jsonschema nox bandit semgrep \
    pytype pyright pyre-check jedi-language-server python-lsp-server rope autopep8 yapf isort flake8 pycodestyle \
    pyflakes mypy-protobuf grpcio-tools thrift avro fastavro pyarrow polars ibis-framework dbt-core \
    great-expectations feast mlflow wandb ray kedro snakemake nextflow nipype nilearn mne psychopy pyserial \
    esptool platformio micropython-stubs
