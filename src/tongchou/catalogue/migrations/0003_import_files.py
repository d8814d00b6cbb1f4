
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_one_term_a_day'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('items', '项目目录'), ('diseases', '病种目录')], max_length=8, verbose_name='种类')),
                ('area', models.CharField(max_length=6)),
                ('name', models.CharField(max_length=200, verbose_name='文件')),
                ('source', models.CharField(max_length=100, verbose_name='依据')),
                ('digest', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('rows', models.IntegerField(verbose_name='行数')),
                ('counts', models.JSONField(default=dict)),
                ('changes', models.JSONField(default=list)),
                ('problems', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('staged', '待接收'), ('accepted', '已接收'), ('refused', '已退回')], default='staged', max_length=8, verbose_name='状态')),
                ('uploaded_by', models.CharField(max_length=60, verbose_name='上传人')),
                ('uploaded_at', models.DateTimeField(verbose_name='上传时间')),
                ('decided_by', models.CharField(blank=True, max_length=60, verbose_name='办理人')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='办理时间')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='原因')),
            ],
            options={
                'verbose_name': '目录文件',
                'indexes': [models.Index(fields=['uploaded_at'], name='import_file_at')],
            },
        ),
    ]
